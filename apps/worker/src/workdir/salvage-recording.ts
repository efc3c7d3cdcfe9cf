import { lstat, readdir, rename } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Workdir } from "./workdir.ts";

const mediaEndings: ReadonlySet<string> = new Set([
  ".mp4",
  ".mkv",
  ".mov",
  ".webm",
  ".ts",
  ".flv",
  ".m4a",
  ".mp3",
  ".opus",
]);

/**
 * Saves what interrupted recordings of a live stream left, since nobody can record it again and the next run would
 * overwrite it. yt-dlp (2025.04.30, 2026.10.26) records as MPEG-TS, which plays wherever it breaks off; if interrupted,
 * it gives the file its name and gets no further. A file that ffmpeg was making of it is no recording.
 *
 * @returns absolute paths below `home`.
 */
export async function salvageRecording({ home, temp }: Pick<Workdir, "home" | "temp">): Promise<string[]> {
  for (const name of await readdir(temp)) {
    if (/\.temp\.\w+$/.test(name) || !(name.endsWith(".part") || mediaEndings.has(extname(name)))) continue;
    const part = join(temp, name);
    const { size, mtimeMs } = await lstat(part);
    if (size > 0) await rename(part, join(home, `${name}-${Math.trunc(mtimeMs)}.ts`));
  }
  const names = await readdir(home);
  return names.filter((name) => mediaEndings.has(extname(name))).map((name) => join(home, name));
}
