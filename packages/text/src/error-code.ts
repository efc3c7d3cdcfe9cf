/** Returns the code of an error of Node, SQLite or ours ("ENOENT", "SQLITE_BUSY"); "" if it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Whether a call of the operating system failed: then `code`, `syscall` and often `path` say how. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

/** Returns the message of an error, or of whatever else was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
