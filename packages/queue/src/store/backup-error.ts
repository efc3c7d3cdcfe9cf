/**
 * The reason why no backup was made, or none restored. Its message says what happened, to which file, and what to do.
 */
export class BackupError extends Error {
  readonly code = "backup";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BackupError";
  }
}
