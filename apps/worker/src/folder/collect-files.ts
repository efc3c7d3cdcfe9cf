import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import type { DownloadedFile } from "@dwld/queue";
import { hashFile } from "../media/hash-file.ts";
import { cleanFileName } from "./file-name.ts";

export type VideoName = { title: string; id: string };

/** A path that yt-dlp named and that does not lie where it was told to put its files. */
export class OutsideHomeError extends Error {
  readonly code = "outside_home";
}

/** The files of a finished run: what yt-dlp said it made, checked to lie at home, and what stands beside it. */
export async function listFiles(home: string, named: readonly string[]): Promise<{ main: string; all: string[] }> {
  const root = await realpath(home);
  const main = named.at(-1);
  if (main === undefined) throw new OutsideHomeError("yt-dlp named no file");
  const real = await realpath(main);
  if (!real.startsWith(root + sep))
    throw new OutsideHomeError(`yt-dlp put its file outside of the task's folder: ${main}`);
  const entries = await readdir(root, { withFileTypes: true });
  // A link or a device among them is none of ours.
  const all = entries.filter((entry) => entry.isFile()).map((entry) => join(root, entry.name));
  return { main: real, all };
}

/** Sizes, hashes and the names that the files will have. yt-dlp's own stem holds the format, which no person wants. */
export async function describeFiles(
  files: { main: string; all: readonly string[] },
  video: VideoName,
  signal: AbortSignal,
): Promise<DownloadedFile[]> {
  const mainName = basename(files.main);
  const stem = mainName.slice(0, mainName.lastIndexOf("."));
  return await Promise.all(
    files.all.map(async (path): Promise<DownloadedFile> => {
      const name = basename(path);
      const rest = name.startsWith(stem) ? name.slice(stem.length) : `.${name}`;
      const [{ size }, sha256] = await Promise.all([stat(path), hashFile(path, signal)]);
      return { name: cleanFileName(video, rest), localPath: path, sizeBytes: size, sha256 };
    }),
  );
}
