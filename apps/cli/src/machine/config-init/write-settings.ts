import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { errorCode, isSystemError } from "@dwld/text";

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

/** The rights of this user, or the disk, forbid to read what is there, or to write. */
class NotWrittenError extends Error {
  readonly code = "not_written";
  constructor(path: string, error: Error) {
    const isForbidden = ["EACCES", "EPERM"].includes(errorCode(error) ?? "");
    const remedy = isForbidden && process.getuid?.() !== 0 ? "ask again with sudo, or name" : "name";
    super(`nothing was written, since ${path} cannot be (${errorCode(error)}): ${remedy} another place`);
  }
}

/** @throws FileExistsError if a file exists with another content than `untouched`; NotWrittenError. */
export function refuseExisting(files: readonly string[], untouched: string): void {
  for (const path of files) {
    const isThere = orExplain(path, () => statSync(path, { throwIfNoEntry: false }) !== undefined);
    if (isThere && orExplain(path, () => readFileSync(path, "utf8")) !== untouched) throw new FileExistsError(path);
  }
}

function orExplain<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw isSystemError(error) ? new NotWrittenError(path, error) : error;
  }
}

/**
 * Writes all of the files or none; each is written under a temporary name first.
 * @param replaces whether existing files may be replaced.
 * @throws NotWrittenError
 */
export function writeAll(files: readonly NewFile[], replaces: boolean): void {
  const drafts = files.map((file) => ({ ...file, draft: `${file.path}.new-${process.pid}` }));
  const placed: string[] = [];
  try {
    for (const draft of drafts) orExplain(draft.path, () => writeDraft(draft));
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
    for (const { draft } of drafts) if (existsSync(draft)) rmSync(draft);
  }
}

function writeDraft({ path, draft, text, mode, groupId }: NewFile & { readonly draft: string }): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: /\/secrets(\/|$)/.test(folder) ? 0o700 : 0o755 });
  writeFileSync(draft, text, { mode, flag: "wx" });
  if (groupId !== undefined) chownSync(draft, process.getuid?.() ?? 0, groupId);
}
