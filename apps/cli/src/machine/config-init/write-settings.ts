import { chownSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A file to write, and who may read it. */
export type NewFile = {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  readonly groupId?: number;
};

/** A file exists already. */
class FileExistsError extends Error {
  readonly code = "file_exists";
  constructor(path: string) {
    super(`${path} is there already: name another file, or write over it with --force`);
  }
}

/** @throws FileExistsError if a file exists with another content than `untouched`. */
export function refuseExisting(files: readonly string[], untouched: string): void {
  for (const path of files)
    if (statSync(path, { throwIfNoEntry: false }) !== undefined && readFileSync(path, "utf8") !== untouched)
      throw new FileExistsError(path);
}

/**
 * Writes all of the files or none; each is written under a temporary name first.
 * @param replaces whether existing files may be replaced.
 */
export function writeAll(files: readonly NewFile[], replaces: boolean): void {
  const drafts = files.map((file) => ({ ...file, draft: `${file.path}.new-${process.pid}` }));
  const placed: string[] = [];
  try {
    for (const { path, draft, text, mode, groupId } of drafts) {
      const folder = dirname(path);
      mkdirSync(folder, { recursive: true, mode: /\/secrets(\/|$)/.test(folder) ? 0o700 : 0o755 });
      writeFileSync(draft, text, { mode, flag: "wx" });
      if (groupId !== undefined) chownSync(draft, process.getuid?.() ?? 0, groupId);
    }
    for (const { path, draft } of drafts) {
      if (replaces) renameSync(draft, path);
      // Unlike a rename, a link fails if somebody has written the file meanwhile.
      else linkSync(draft, path);
      placed.push(path);
    }
  } catch (error) {
    if (!replaces) for (const path of placed) rmSync(path, { force: true });
    throw error;
  } finally {
    for (const { draft } of drafts) rmSync(draft, { force: true });
  }
}
