export type DatabaseProblem =
  | "unopenable"
  | "unwritable"
  | "not_a_database"
  | "damaged"
  | "foreign_database"
  | "newer_schema"
  | "migration_failed"
  | "replaced"
  | "busy"
  | "away"
  | "disk_full"
  | "disk_failed"
  | "closed";

/**
 * An error of the database that a person has to know. Its message says what happened, to which table, and what to do.
 * `away`: the server of the database cannot be reached.
 */
export class DatabaseError extends Error {
  readonly code = "database";
  readonly problem: DatabaseProblem;

  constructor(problem: DatabaseProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DatabaseError";
    this.problem = problem;
  }

  /** The table is no longer the one that this process opened: the process never writes to it again. */
  get isFinal(): boolean {
    return ["newer_schema", "replaced", "damaged", "not_a_database"].includes(this.problem);
  }

  /** Whether a transaction that comes through ends the trouble even if it writes nothing. */
  get endsWithAnyCommit(): boolean {
    return ["busy", "away"].includes(this.problem);
  }

  /** The exit status of a process that ends by this error: EX_DATAERR of sysexits(3) if no restart cures it. */
  get exitStatus(): number {
    return ["damaged", "not_a_database", "foreign_database"].includes(this.problem) ? 65 : 1;
  }

  /** The cause is a machine and not the table: it may pass by itself, or when somebody frees space or mends a password. */
  get mayPass(): boolean {
    return ["busy", "away", "disk_full", "disk_failed", "unwritable", "unopenable"].includes(this.problem);
  }
}
