import { lstat, readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "./remove-tree.ts";
import type { Workdir } from "./workdir.ts";

/**
 * Removes what a run left on a full disk and no other run can continue. Files that a download can be resumed from stay.
 * Measured with yt-dlp 2025.04.30 and 2026.10.26:
 *
 * - ffmpeg writes its output anew, and yt-dlp may take half of one for a whole: `x.temp.mp4`, or a file that a
 *   post-processor made under a name of its own;
 * - of a download in fragments, yt-dlp counts the fragment that found no space as appended. Resumed, the video lacks a
 *   part of it, with the right duration and exit status 0. Such a download has `x.mp4.ytdl` beside `x.mp4.part`.
 *
 * @param metFull the run itself met the full disk, and was not ended before that.
 * @param processingSinceMs when the last post-processor began; undefined if none was at work.
 * @returns the number of bytes that have to be downloaded again.
 */
export async function clearPartialFiles(
  { temp }: Pick<Workdir, "temp">,
  { metFull, processingSinceMs = Infinity }: { metFull: boolean; processingSinceMs?: number | undefined },
): Promise<number> {
  const names = await readdir(temp);
  const fragmented = names.filter((name) => name.endsWith(".ytdl")).map((name) => name.slice(0, -".ytdl".length));
  let lostBytes = 0;
  for (const name of names) {
    const path = join(temp, name);
    const { size, mtimeMs } = await lstat(path);
    const isFragment =
      metFull && fragmented.some((whole) => name === `${whole}.ytdl` || name.startsWith(`${whole}.part`));
    // A downloaded file has the time at which it was complete, or the site's.
    const isOutput = halfMade.test(name) || mtimeMs >= processingSinceMs;
    if (!isFragment && !isOutput) continue;
    if (isFragment) lostBytes += size;
    await removeTree(path);
  }
  return lostBytes;
}

const halfMade = /\.(?:temp|recoding)\.\w+$/;

/** Space that the task table needs to go on, bytes: its log grows to half of this before it is written back. */
const slackBytes = 8 * 1024 * 1024;

/**
 * Cuts off the end of partial downloads that are not in fragments: they can be resumed from any byte. Returns the number
 * of bytes cut off.
 */
export async function truncatePartialFiles({ temp }: Pick<Workdir, "temp">): Promise<number> {
  let lostBytes = 0;
  for (const entry of await readdir(temp, { withFileTypes: true })) {
    // The target of a link is not the run's.
    if (!entry.isFile() || !entry.name.endsWith(".part")) continue;
    const path = join(temp, entry.name);
    const { size } = await lstat(path);
    const cut = Math.min(slackBytes, Math.ceil(size / 2));
    await truncate(path, size - cut);
    lostBytes += cut;
  }
  return lostBytes;
}
