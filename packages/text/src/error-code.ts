/** Returns the code of an error of Node, SQLite or ours ("ENOENT", "SQLITE_BUSY"); "" if it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/**
 * Returns the code of an error that is a message to a person; undefined for an unforeseen one. That of an error of dwld is in
 * lower case ("configuration", "database"), that of one of Node or SQLite in capitals.
 */
export function ownCode(error: Error): string | undefined {
  const code = errorCode(error);
  return /^[a-z][a-z0-9_]*$/.test(code) ? code : undefined;
}

/** Whether a call of the operating system failed: then `code`, `syscall` and often `path` say how. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

/** Returns the message of an error, or of whatever else was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
