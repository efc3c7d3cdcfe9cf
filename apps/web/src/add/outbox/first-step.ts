import type { Waiting } from "./outbox.ts";

/** AddTasks takes 500 requests, of 1 MiB together. The chat of each, and what the message needs around it, is added. */
const most = 500;
const mostBytes = 1_000_000;
const aroundBytes = 300;

/** Returns the links of the next call: as many as it may have, at least one. */
export function firstStep(waiting: readonly Waiting[]): Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex(({ request }, index) => {
    bytes += request.length * 0.75 + aroundBytes;
    return index > 0 && (index === most || bytes > mostBytes);
  });
  return waiting.slice(0, end < 0 ? most : end);
}
