import { createInterface } from "node:readline";
import type { Session } from "../session.ts";

/** True where a person can be asked: one types, and reads the question. */
export function canAsk({ input, output }: Session): boolean {
  return input.isTTY === true && output.columns !== undefined && !output.json;
}

/** Asks on the terminal; everything but "y" and "yes" is a no, and so is the end of the input. */
export async function confirm({ input, output, signal }: Session, question: string): Promise<boolean> {
  output.ask(`${question} [y/N] `);
  let answer: string | undefined;
  const lines = createInterface({ input, signal });
  for await (const line of lines) {
    answer = line;
    break;
  }
  // Leaving the loop does not: the input would be read on, and the command never end.
  lines.close();
  signal.throwIfAborted();
  // The end of the input left the cursor behind the question.
  if (answer === undefined) output.say("");
  return /^y(es)?$/i.test((answer ?? "").trim());
}
