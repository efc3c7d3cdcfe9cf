import type { Message } from "./parse-messages.ts";

/** An error that follows from the one before it, and adds nothing. */
const consequence =
  /^Unable to download video: \[Errno 2\]|fragment \d+ not found, unable to continue|The downloaded file is empty|Did not get any data blocks|Skipping the remaining entries|Aborting concatenation|^Unable to download video\.?$|exited with code/;

/**
 * Returns the error that says why a run failed: the last, or the one before it if the last is its mere consequence.
 *
 * @param errors of level "error", in order.
 */
export function decidingError(errors: readonly Message[]): Message | undefined {
  const last = errors.at(-1);
  if (last === undefined || !consequence.test(last.text)) return last;
  return errors.at(-2) ?? last;
}
