import { type Family, gauge } from "@dwld/daemon";
import { type Database, ytdlpChecks, ytdlpVersions } from "@dwld/queue";

/** Rows that are told; each host keeps a few. */
const most = 100;

/** Returns the versions of yt-dlp that lie on each host, and for how long its looks for a newer one have failed. */
export async function ytdlpFamilies(database: Database, updates: boolean, nowMs: number): Promise<Family[]> {
  const versions = (await ytdlpVersions(database)).slice(0, most);
  const checks = updates ? await ytdlpChecks(database) : [];
  const failing = checks
    .filter(({ problem }) => problem !== "")
    .map(({ succeeded_at: succeededAt, checked_at: checkedAt }) => nowMs - (succeededAt ?? checkedAt));
  return [
    gauge(
      "dwld_ytdlp_version_info",
      "1, with a version of yt-dlp that lies on a host: what it is there, and whether it is pinned.",
      versions.map(({ host, version, state, pinned }) => [
        { host, version: version.slice(0, 40), state, pinned: String(pinned) },
        1,
      ]),
    ),
    gauge(
      "dwld_ytdlp_check_failing_seconds",
      "For how long a host has had no successful look for a newer yt-dlp; 0: the last one succeeded, or updates are off.",
      Math.max(0, ...failing) / 1000,
    ),
  ];
}
