import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Host, type YtdlpCheck, type YtdlpVersion, YtdlpVersionState } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { dayMs, weekMs } from "@dwld/timing";
import { localText } from "./local-text.ts";
import { spanText } from "./quantities.ts";

/** Time for which it is told that a version was set aside. */
const toldMs = weekMs;
/** A look that fails for so long is told. */
const failingMs = 3 * dayMs;

/** Returns the versions of yt-dlp that dwld fetched, in which something is going on; none if there is nothing to tell. */
export function ytdlpLines(hosts: readonly Host[], nowMs: number): string[] {
  return hosts.flatMap(({ name, ytdlpVersions, ytdlpCheck }) => {
    const told = ytdlpVersions.flatMap((version) => versionText(version, nowMs));
    return [...told, ...checkText(ytdlpCheck, nowMs)].map((line) =>
      hosts.length > 1 ? `${line} (${oneLine(name)})` : line,
    );
  });
}

function versionText({ version, state, pinned, sinceTime, reason }: YtdlpVersion, nowMs: number): string[] {
  const sinceMs = sinceTime === undefined ? nowMs : timestampMs(sinceTime);
  const ago = spanText(Math.max(0, nowMs - sinceMs));
  const name = oneLine(version);
  if (pinned) return [`${name} is pinned`];
  if (state === YtdlpVersionState.CURRENT) return [`${name} is used, for ${ago}`];
  if (state === YtdlpVersionState.CANDIDATE) return [`${name} is tried on a fifth of the attempts, for ${ago}`];
  if (state !== YtdlpVersionState.SET_ASIDE || nowMs - sinceMs > toldMs) return [];
  return [`${name} was set aside ${ago} ago: ${oneLine(localText(reason))}`];
}

function checkText(check: YtdlpCheck | undefined, nowMs: number): string[] {
  if (check === undefined || check.problem === "") return [];
  const succeededMs = check.lastSuccessTime === undefined ? undefined : timestampMs(check.lastSuccessTime);
  if (succeededMs !== undefined && nowMs - succeededMs < failingMs) return [];
  const since = succeededMs === undefined ? "" : ` for ${spanText(nowMs - succeededMs)}`;
  return [`no newer version could be had${since}: ${oneLine(check.problem)}`];
}
