import { readdir, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { TaskFolder } from "./workdir.ts";

/**
 * Removes what a run has left on a full disk and no other run can go on with; what a download can be resumed from
 * stays. Measured with yt-dlp 2025.04.30 and 2026.10.26:
 *
 * - ffmpeg writes its output anew, and yt-dlp may take half of one for a whole: `x.temp.mp4`, or what a post-processor
 *   has made under a name of its own;
 * - of a download in fragments, yt-dlp counts the one that found no room as appended. Resumed, the video lacks a part
 *   of it, with the right duration and exit status 0. Such a download has `x.mp4.ytdl` beside `x.mp4.part`.
 *
 * @param metFull the run met the full disk itself, and was not ended before it.
 * @param processingSinceMs since when the last post-processor was at work; undefined where none was.
 * @returns how many bytes have to be downloaded again.
 */
export async function clearAway(
  { temp }: Pick<TaskFolder, "temp">,
  { metFull, processingSinceMs = Infinity }: { metFull: boolean; processingSinceMs?: number | undefined },
): Promise<number> {
  const names = await readdir(temp);
  const fragmented = names.filter((name) => name.endsWith(".ytdl")).map((name) => name.slice(0, -".ytdl".length));
  let lostBytes = 0;
  for (const name of names) {
    const path = join(temp, name);
    const { size, mtimeMs } = await stat(path);
    const isFragments =
      metFull && fragmented.some((whole) => name === `${whole}.ytdl` || name.startsWith(`${whole}.part`));
    // A file that was downloaded has the time at which it was complete, or the site's.
    const isOutput = halfMade.test(name) || mtimeMs >= processingSinceMs;
    if (!isFragments && !isOutput) continue;
    if (isFragments) lostBytes += size;
    await rm(path, { recursive: true, force: true });
  }
  return lostBytes;
}

const halfMade = /\.(?:temp|recoding)\.\w+$/;

/** Enough for the task table to go on: its log grows to half of this before it is written back. */
const slackBytes = 8 * 1024 * 1024;

/**
 * Cuts off the end of what was downloaded in part, none of it in fragments: it is resumed from there as well as from any
 * other byte. Returns by how many bytes.
 */
export async function shortenParts({ temp }: Pick<TaskFolder, "temp">): Promise<number> {
  let lostBytes = 0;
  for (const name of await readdir(temp)) {
    if (!name.endsWith(".part")) continue;
    const path = join(temp, name);
    const { size } = await stat(path);
    const cut = Math.min(slackBytes, Math.ceil(size / 2));
    await truncate(path, size - cut);
    lostBytes += cut;
  }
  return lostBytes;
}
