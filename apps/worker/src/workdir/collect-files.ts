import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join, sep } from "node:path";
import type { DownloadedFile } from "@dwld/queue";
import { hashFile } from "../media/hash-file.ts";
import { cleanFileName } from "./file-name.ts";

export type VideoName = { title: string; id: string };

/** yt-dlp named a path outside of the folder that it was given for its files, one that is no file, or any number of files. */
export class OutsideHomeError extends Error {
  readonly code = "outside_home";
}

/** A video that a run made. A task for sections of a video has one for each. */
export type Output = {
  path: string;
  /** Text of its name beside title and id; may be empty. */
  label: string;
  /** Expected duration; undefined if unknown. */
  expectedSeconds?: number | undefined;
  /** The site did not tell its size, so its end may be missing. */
  unmeasured?: boolean;
  /** The site offers sound alone. */
  soundOnly?: boolean;
  /** The other outputs are worth having without it. */
  dispensable?: boolean;
};

/** Most files of a task: a video with subtitles in every language has some 200. */
const mostFiles = 2000;

export type SizedOutput = Output & { sizeBytes: number };

/**
 * Lists the files of a finished run: its outputs, checked to lie in `home`, and the files beside them.
 *
 * @throws OutsideHomeError
 */
export async function listFiles(
  home: string,
  outputs: readonly Output[],
): Promise<{ outputs: SizedOutput[]; sidecars: string[] }> {
  const root = await realpath(home);
  const byPath = new Map<string, SizedOutput>();
  for (const output of outputs) {
    const path = await realpath(output.path);
    if (!path.startsWith(root + sep))
      throw new OutsideHomeError(`yt-dlp put its file outside of the task's folder: ${output.path}`);
    const stats = await stat(path);
    // Opening a pipe waits for the other end.
    if (!stats.isFile()) throw new OutsideHomeError(`yt-dlp named as its file what is none: ${output.path}`);
    byPath.set(path, { ...output, path, sizeBytes: stats.size });
  }
  const entries = await readdir(root, { withFileTypes: true });
  // Links and devices are skipped: yt-dlp makes none.
  const all = entries.filter((entry) => entry.isFile()).map((entry) => join(root, entry.name));
  if (all.length > mostFiles) throw new OutsideHomeError(`yt-dlp made ${all.length} files, more than ${mostFiles}`);
  return { outputs: [...byPath.values()], sidecars: all.filter((path) => !byPath.has(path)) };
}

/** Returns sizes, hashes and final names of the files; videos first, in the order in which they were made. */
export async function describeFiles(
  { outputs, sidecars }: { outputs: readonly Output[]; sidecars: readonly string[] },
  video: VideoName,
  signal: AbortSignal,
): Promise<DownloadedFile[]> {
  const paths = [...outputs.map(({ path }) => path), ...sidecars];
  const files: DownloadedFile[] = [];
  // Files are hashed one after the other: each holds a buffer.
  for (const path of paths) {
    const [{ size }, sha256] = await Promise.all([stat(path), hashFile(path, signal)]);
    files.push({ name: cleanFileName(video, endingOf(path, outputs)), localPath: path, sizeBytes: size, sha256 });
  }
  return files;
}

/** Returns what follows yt-dlp's own stem, which holds the format: ".en.vtt" tells files apart, the format does not. */
function endingOf(path: string, outputs: readonly Output[]): string {
  const name = basename(path);
  const [output] = outputs
    .map(({ path: outputPath, label }) => ({ stem: basename(outputPath, extname(outputPath)), label }))
    .filter(({ stem }) => name.startsWith(`${stem}.`))
    .toSorted((a, b) => b.stem.length - a.stem.length);
  if (output === undefined) return extname(name);
  return `${output.label === "" ? "" : ` ${output.label}`}${name.slice(output.stem.length)}`;
}
