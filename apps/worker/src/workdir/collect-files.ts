import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join, sep } from "node:path";
import type { DownloadedFile } from "@dwld/queue";
import { hashFile } from "../media/hash-file.ts";
import { cleanFileName } from "./file-name.ts";

export type VideoName = { title: string; id: string };

/** A path that yt-dlp named and that does not lie where it was told to put its files. */
export class OutsideHomeError extends Error {
  readonly code = "outside_home";
}

/** One of a run's videos: a task for parts of a video has one for each. */
export type MainFile = {
  path: string;
  /** What its name says beside title and id; empty where there is nothing to tell. */
  label: string;
  /** How long it should be; undefined where nobody knows. */
  expectedSeconds?: number | undefined;
  /** Nobody told how many bytes there are of it: its end may be missing. */
  unmeasured?: boolean;
  /** The site has no picture for it. */
  soundOnly?: boolean;
  /** The others are worth having without it. */
  dispensable?: boolean;
};

/**
 * The files of a finished run: what yt-dlp said it made, checked to lie at home, and what stands beside it.
 *
 * @throws OutsideHomeError
 */
export async function listFiles(
  home: string,
  made: readonly MainFile[],
): Promise<{ mains: (MainFile & { sizeBytes: number })[]; sidecars: string[] }> {
  const root = await realpath(home);
  const mains = new Map<string, MainFile & { sizeBytes: number }>();
  for (const main of made) {
    const path = await realpath(main.path);
    if (!path.startsWith(root + sep))
      throw new OutsideHomeError(`yt-dlp put its file outside of the task's folder: ${main.path}`);
    mains.set(path, { ...main, path, sizeBytes: (await stat(path)).size });
  }
  const entries = await readdir(root, { withFileTypes: true });
  // A link or a device among them is none of ours.
  const all = entries.filter((entry) => entry.isFile()).map((entry) => join(root, entry.name));
  return { mains: [...mains.values()], sidecars: all.filter((path) => !mains.has(path)) };
}

/** Sizes, hashes and the names that the files will have; videos first, in the order in which they were made. */
export async function describeFiles(
  { mains, sidecars }: { mains: readonly MainFile[]; sidecars: readonly string[] },
  video: VideoName,
  signal: AbortSignal,
): Promise<DownloadedFile[]> {
  const paths = [...mains.map(({ path }) => path), ...sidecars];
  return await Promise.all(
    paths.map(async (path): Promise<DownloadedFile> => {
      const [{ size }, sha256] = await Promise.all([stat(path), hashFile(path, signal)]);
      return { name: cleanFileName(video, endingOf(path, mains)), localPath: path, sizeBytes: size, sha256 };
    }),
  );
}

/** yt-dlp's own stem holds the format, which no person wants; what comes behind it tells files apart: ".en.vtt". */
function endingOf(path: string, mains: readonly MainFile[]): string {
  const name = basename(path);
  const [main] = mains
    .map(({ path: mainPath, label }) => ({ stem: basename(mainPath, extname(mainPath)), label }))
    .filter(({ stem }) => name.startsWith(`${stem}.`))
    .toSorted((a, b) => b.stem.length - a.stem.length);
  if (main === undefined) return extname(name);
  return `${main.label === "" ? "" : ` ${main.label}`}${name.slice(main.stem.length)}`;
}
