import { InvalidArgumentError } from "commander";
import type { TaskState } from "@dwld/rpc";
import { readMoment } from "../arguments/moment.ts";
import { readSpan } from "../arguments/span.ts";
import { readStates, STATE_NAMES } from "../arguments/task-states.ts";
import { readWholeNumber } from "../arguments/whole-number.ts";

const UINT32_MAX = 4_294_967_295;
const INT32_MAX = 2_147_483_647;

/** "720", "720p", "0" or "best"; which heights make sense is the api's to say. */
export function qualityArgument(text: string): number {
  if (text === "best") return 0;
  const pixels = readWholeNumber(text.replace(/p$/, ""), 0, UINT32_MAX);
  return pixels ?? refuse('It must be a number of pixels such as 720, or "best".');
}

/** A number of tasks or entries, 1 at least. */
export function countArgument(text: string): number {
  return readWholeNumber(text, 1, INT32_MAX) ?? refuse("It must be a whole number, 1 at least.");
}

/** A moment, in milliseconds since 1970. */
export function momentArgument(text: string): number {
  return readMoment(text, Date.now()) ?? refuse("It must be like 2h, 1d12h, 2026-12-31T23:00 or 2026-12-31.");
}

/** A span of time, in milliseconds. */
export function spanArgument(text: string): number {
  return readSpan(text) ?? refuse("It must be like 30d, 12h or 1h30m.");
}

/** Names of states; the option may be given several times. */
export function statesArgument(text: string, before: TaskState[] = []): TaskState[] {
  return [...before, ...(readStates(text) ?? refuse(`The states are ${STATE_NAMES.join(", ")}.`))];
}

/** A list with commas between, which may be given in several options. */
export function wordsArgument(text: string, before: string[] = []): string[] {
  const words = text.split(",").map((word) => word.trim());
  return words.includes("")
    ? refuse("It must be words with commas between them, such as en,ru.")
    : [...before, ...words];
}

function refuse(rule: string): never {
  throw new InvalidArgumentError(rule);
}
