/** A guarded write changed nothing: the task was canceled, or another process holds it. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";

  constructor() {
    super("the task was canceled, or is another process's by now");
  }
}
