import { posix } from "node:path";
import type { FileRow } from "@dwld/queue";
import { maxCopies } from "./copy-number.ts";
import { plainName } from "./file-name.ts";

/** The paths that a file of a task may have at a destination. */
export type FilePaths = {
  readonly file: Pick<FileRow, "seq" | "name">;
  readonly taskId: string;
  /** Which of the task's files it is, from 1; the same in each attempt. */
  readonly number: number;
  /** Returns its path as the nth copy, from 1. */
  readonly ofCopy: (copy: number) => string;
  /** The copy that is tried first. */
  readonly firstCopy: number;
};

/** Returns the same names in another folder. */
export function pathsIn(folder: string, paths: FilePaths): FilePaths {
  return { ...paths, ofCopy: (copy) => posix.join(folder, posix.basename(paths.ofCopy(copy))) };
}

/**
 * Yields the paths to be tried, in order of preference.
 *
 * @param reserved the path that is reserved for the file already.
 * @param conflict only `rename` allows another name than the first.
 */
export function* candidatePaths(
  paths: FilePaths,
  reserved: string | undefined,
  conflict: "rename" | "overwrite" | "skip",
): Generator<string> {
  if (reserved !== undefined) yield reserved;
  // A path that is taken was compared with the file, which may mean reading it back: once is enough.
  for (const path of unreservedPaths(paths, conflict)) if (path !== reserved) yield path;
}

function* unreservedPaths(paths: FilePaths, conflict: "rename" | "overwrite" | "skip"): Generator<string> {
  if (conflict !== "rename") {
    yield paths.ofCopy(1);
    return;
  }
  for (let copy = paths.firstCopy; copy <= maxCopies; copy += 1) yield paths.ofCopy(copy);
  yield* plainPaths(paths);
}

/** Returns the paths for a destination that refuses the title: in the same folder, with the task's id as the name. */
export function plainPaths({ file, taskId, ofCopy }: FilePaths): string[] {
  const names = [plainName(file.name, taskId), plainName(file.name, `${taskId}-${file.seq}`)];
  return names.map((name) => posix.join(posix.dirname(ofCopy(1)), name));
}
