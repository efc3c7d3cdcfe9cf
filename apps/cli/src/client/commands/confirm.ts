import { createInterface } from "node:readline";
import type { Session } from "../session.ts";

/** Whether a person can be asked: input and output are a terminal. */
export function canAsk({ input, output }: Session): boolean {
  return input.isTTY === true && output.columns !== undefined && !output.json;
}

/** Asks on the terminal. Anything but "y" and "yes" is a no, and so is the end of the input. */
export async function confirm({ input, output, signal }: Session, question: string): Promise<boolean> {
  output.ask(`${question} [y/N] `);
  let answer: string | undefined;
  const lines = createInterface({ input, signal });
  for await (const line of lines) {
    answer = line;
    break;
  }
  // Leaving the loop does not close it: the input would be read on, and the command would never end.
  lines.close();
  signal.throwIfAborted();
  // The end of the input left the cursor behind the question.
  if (answer === undefined) output.say("");
  return /^y(es)?$/i.test((answer ?? "").trim());
}
