import { randomUUID } from "node:crypto";
import { chmod, chown, lstat, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasCookies, maxCookieBytes, stampOf } from "./pool-files.ts";

/**
 * Replaces a cookie file by the copy that yt-dlp wrote to: in one step, and only if the file has not changed meanwhile.
 *
 * @param stamp stamp of the file when it was copied.
 * @returns the file's new stamp; the old one if there was nothing to write, or nothing that can be cookies; undefined if the file
 *   has changed.
 * @throws Error with a code of the system, if its folder or the file may not be written.
 */
export async function writeBackCookies(original: string, copy: string, stamp: string): Promise<string | undefined> {
  // Replaces the target of a link, not the link.
  const target = await realpath(original);
  const written = await lstat(copy);
  if (!written.isFile() || written.size > maxCookieBytes) return stamp;
  const [refreshed, before, stats] = await Promise.all([readFile(copy), readFile(target), stat(target)]);
  if ((await stampOf(target)) !== stamp) return undefined;
  const lostAll = !hasCookies(refreshed.toString("latin1"));
  const writable = (stats.mode & 0o200) !== 0;
  if (refreshed.equals(before) || lostAll || !writable) return stamp;
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(refreshed);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(temporary, stats.mode & 0o777);
    if (process.geteuid?.() !== stats.uid) await chown(temporary, stats.uid, stats.gid);
    const renewed = await stampOf(temporary);
    if ((await stampOf(target)) !== stamp) return undefined;
    await rename(temporary, target);
    return renewed;
  } finally {
    await rm(temporary, { force: true });
  }
}
