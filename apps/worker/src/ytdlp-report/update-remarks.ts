import { dayMs } from "@dwld/timing";
import type { VersionFacts } from "../ytdlp-versions/read-versions.ts";
import { reasonOf, usedVersion } from "../ytdlp-versions/version-states.ts";
import { ageInDays, type UpdateRemark } from "./report.ts";

/** yt-dlp has a release about each month. */
const oldDays = 60;
const failingDays = 3;

/** Returns what is not as it should be although yt-dlp is updated by dwld. Pure. */
export function updateRemarks(
  { versions, check }: VersionFacts,
  namedByStages: ReadonlySet<string>,
  nowMs: number,
): UpdateRemark[] {
  const remarks = versions
    .filter((row) => row.state === "set_aside" && row.pinned === 0 && namedByStages.has(row.version))
    .map((row) => ({
      warning: `${row.version}, which a stage names, is set aside: ${reasonOf(row)}`,
      remedy: "dwld ytdlp update tries it again; or name another one in the stage",
    }));
  const used = usedVersion(versions);
  const ageDays = used === undefined ? undefined : ageInDays(used.version, nowMs);
  if (used?.pinned === 1 && ageDays !== undefined && ageDays > oldDays)
    remarks.push({ warning: `${used.version} is pinned, and ${ageDays} days old`, remedy: "dwld ytdlp unpin" });
  if (check === undefined || check.problem === "") {
    if (used?.pinned !== 1 && check !== undefined && ageDays !== undefined && ageDays > oldDays)
      remarks.push({
        warning: `${used?.version} is ${ageDays} days old although updates are on`,
        remedy: "dwld ytdlp list says what became of newer ones",
      });
    return remarks;
  }
  const failingMs = check.succeeded_at === null ? Infinity : nowMs - check.succeeded_at;
  if (failingMs > failingDays * dayMs) {
    const since = check.succeeded_at === null ? "" : ` for ${Math.floor(failingMs / dayMs)} days`;
    remarks.push({
      warning: `no newer yt-dlp could be had${since}: ${check.problem}`,
      remedy: "dwld ytdlp update tries it now; worker.ytdlp.update.mirror names another server",
    });
  }
  return remarks;
}
