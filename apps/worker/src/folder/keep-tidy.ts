import type { Database } from "@dwld/queue";
import type { Janitor } from "./janitor.ts";

const sweepIntervalMs = 10 * 60_000;

/** Sweeps now and then, tidies after every change of the table. Returns what ends it, and waits for its last round. */
export function keepTidy(database: Database, janitor: Janitor, onError: (error: unknown) => void): () => Promise<void> {
  let working: Promise<void> = Promise.resolve();
  let waiting = false;
  const queue = (round: () => Promise<void>) => {
    working = working.then(round).catch(onError);
  };
  const stopListening = database.bell.listen(() => {
    // Rings that come during a round are answered by one more.
    if (waiting) return;
    waiting = true;
    queue(() => {
      waiting = false;
      return janitor.tidy();
    });
  });
  queue(() => janitor.sweep());
  const timer = setInterval(() => {
    queue(() => janitor.sweep());
  }, sweepIntervalMs);
  return async () => {
    stopListening();
    clearInterval(timer);
    await working;
  };
}
