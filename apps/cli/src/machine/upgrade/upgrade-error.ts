/** The reason why another version does not run. Its message says what happened, what runs now, and what to do. */
export class UpgradeError extends Error {
  readonly code = "upgrade";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UpgradeError";
  }
}
