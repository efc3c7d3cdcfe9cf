/** What a step that ended by an error leaves to be known. */
export type StepEnd = {
  /** The path that the file may have got, under which it is not verified. */
  readonly publishing?: string;
  /** The bytes with which an upload had begun that stalled. */
  readonly stalledAtBytes?: number;
};

/** A step of a delivery ended by an error, its cause, and left something to be known. */
export class StepError extends Error {
  override readonly name = "StepError";
  readonly code = "delivery_step";
  readonly left: StepEnd;

  constructor(cause: unknown, left: StepEnd) {
    super("a step of a delivery ended by an error", { cause });
    this.left = left;
  }
}
