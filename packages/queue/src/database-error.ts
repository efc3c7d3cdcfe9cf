export type DatabaseProblem =
  | "unopenable"
  | "unwritable"
  | "not_a_database"
  | "foreign_database"
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
  if (code.startsWith("SQLITE_CANTOPEN")) return unopenable(error, path);
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

/** As `explainSqliteError`, of opening: the file system refuses too, by codes of its own. */
export function explainOpenError(error: unknown, path: string): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error;
  // better-sqlite3's own words for a folder that is not there.
  if (error instanceof TypeError && error.message.includes("directory does not exist")) return unopenable(error, path);
  if ("syscall" in error) return unopenable(error, path);
  return explainSqliteError(error, path);
}

function unopenable(cause: unknown, path: string): DatabaseError {
  const reason = cause instanceof Error && "syscall" in cause ? ` (${cause.message})` : "";
  return new DatabaseError(
    "unopenable",
    `${path} cannot be opened${reason}. Check that its folder exists and that the user that runs dwld may write there, or change database.path.`,
    { cause },
  );
}
