export type DatabaseProblem =
  | "unopenable"
  | "unwritable"
  | "not_a_database"
  | "newer_schema"
  | "busy"
  | "disk_full"
  | "closed";

/** Something about the database that a person has to know. `message` says what happened, to which file, and what to do. */
export class DatabaseError extends Error {
  readonly code = "database";
  readonly problem: DatabaseProblem;

  constructor(problem: DatabaseProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DatabaseError";
    this.problem = problem;
  }
}

/** SQLite's own result code ("SQLITE_BUSY"), or an empty text. */
export function sqliteCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** What SQLite refused, said to a person; anything else comes back unchanged. */
export function explainSqliteError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  const options = { cause: error };
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT"))
    return new DatabaseError(
      "not_a_database",
      `${path} is not an intact SQLite database. It was left as it is: move it aside and restore a backup, or name another file in database.path.`,
      options,
    );
  if (code.startsWith("SQLITE_READONLY") || code === "SQLITE_PERM")
    return new DatabaseError(
      "unwritable",
      `${path} cannot be written. Give the user that runs dwld write access to the file and to its folder.`,
      options,
    );
  if (code.startsWith("SQLITE_CANTOPEN"))
    return new DatabaseError(
      "unopenable",
      `${path} cannot be opened. Check that its folder exists and that the user that runs dwld may write there, or change database.path.`,
      options,
    );
  if (code === "SQLITE_FULL")
    return new DatabaseError(
      "disk_full",
      `The disk of ${path} is full. Nothing was lost; free some space and repeat.`,
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
