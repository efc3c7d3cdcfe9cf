import { errorCode, errorText, isSystemError } from "@dwld/text";
import { DatabaseError } from "../database-error.ts";

/** Advice to the operator about a file that cannot be used any more. */
const restoreAdvice =
  "It was left as it is. Stop all of dwld; then `dwld restore BACKUP` puts a backup in its place, or `dwld restore --empty` an empty task table, and both keep this file aside.";

/** Explains a refusal of SQLite to a person. Returns any other error unchanged. */
export function explainSqliteError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  const options = { cause: error };
  if (code === "SQLITE_NOTADB")
    return new DatabaseError(
      "not_a_database",
      `${path} is not an intact SQLite database. ${restoreAdvice} If it never was one, name another file in database.path.`,
      options,
    );
  if (code.startsWith("SQLITE_CORRUPT")) return damaged(path, errorText(error), error);
  if (code.startsWith("SQLITE_READONLY") || code === "SQLITE_PERM")
    return new DatabaseError(
      "unwritable",
      `${path} cannot be written. Give the user that runs dwld write access to the file and to its folder.`,
      options,
    );
  if (code.startsWith("SQLITE_CANTOPEN")) return unopenable(error, path);
  // The log's index (-shm) has codes of its own.
  if (code === "SQLITE_FULL" || code === "SQLITE_IOERR_SHMSIZE")
    return new DatabaseError(
      "disk_full",
      `The disk of ${path} is full. Nothing was lost; free some space and repeat.`,
      options,
    );
  if (code.startsWith("SQLITE_IOERR"))
    return new DatabaseError(
      "disk_failed",
      `The disk of ${path} does not do what it is told (${code}). It may have become read-only or be about to fail: look at the machine's log (dmesg).`,
      options,
    );
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return new DatabaseError(
      "busy",
      `${path} is held by another process for too long. Repeat; if it stays so, look for a program that keeps it locked.`,
      options,
    );
  return error;
}

/** @param what describes the damage in SQLite's own words. */
export function damaged(path: string, what: string, cause?: unknown): DatabaseError {
  return new DatabaseError("damaged", `${path} is damaged (${what}). ${restoreAdvice}`, { cause });
}

/** Explains a failed open like `explainSqliteError`; the file system refuses, too, by codes of its own. */
export function explainOpenError(error: unknown, path: string): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error;
  // better-sqlite3's own message for a folder that does not exist.
  if (error instanceof TypeError && error.message.includes("directory does not exist")) return unopenable(error, path);
  if (isSystemError(error)) return unopenable(error, path);
  return explainSqliteError(error, path);
}

function unopenable(cause: unknown, path: string): DatabaseError {
  const reason = isSystemError(cause) ? ` (${cause.message})` : "";
  return new DatabaseError(
    "unopenable",
    `${path} cannot be opened${reason}. Check that its folder exists and that the user that runs dwld may write there, or change database.path.`,
    { cause },
  );
}
