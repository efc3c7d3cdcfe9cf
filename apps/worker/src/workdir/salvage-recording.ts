import { readdir, rename, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { TaskFolder } from "./workdir.ts";

const recorded: ReadonlySet<string> = new Set([
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
 * What an interrupted recording of a live stream left: nobody can record it again, and the next run would write over
 * it. yt-dlp (2025.04.30, 2026.10.26) records as MPEG-TS, which is played whatever broke it off; interrupted, it gives
 * the file its name and gets no further. What ffmpeg was making of it is no recording. Absolute paths at home.
 */
export async function salvageRecording(folder: Pick<TaskFolder, "home" | "temp">): Promise<string[]> {
  for (const name of await readdir(folder.temp)) {
    if (/\.temp\.\w+$/.test(name) || !(name.endsWith(".part") || recorded.has(extname(name)))) continue;
    const part = join(folder.temp, name);
    const { size, mtimeMs } = await stat(part);
    if (size > 0) await rename(part, join(folder.home, `${name}-${Math.trunc(mtimeMs)}.ts`));
  }
  const names = await readdir(folder.home);
  return names.filter((name) => recorded.has(extname(name))).map((name) => join(folder.home, name));
}
