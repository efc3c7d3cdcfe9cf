import { cleanHistory, type Database } from "@dwld/queue";
import type { Janitor } from "./janitor.ts";

const sweepIntervalMs = 10 * 60_000;

/**
 * Sweeps now and then, tidies after every change of the table. Returns what ends it, and waits for its last round.
 *
 * @param historyMs tasks that ended longer ago are forgotten at each sweep; videos stay.
 */
export function keepTidy(
  database: Database,
  janitor: Janitor,
  historyMs: number,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const sweep = async (): Promise<void> => {
    // Before what is old is forgotten: what deletions left to be removed stands there.
    await janitor.sweep();
    const now = Date.now();
    await cleanHistory(database, { states: [], finishedBefore: now - historyMs }, now);
  };
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
  queue(sweep);
  const timer = setInterval(() => {
    queue(sweep);
  }, sweepIntervalMs);
  return async () => {
    stopListening();
    clearInterval(timer);
    await working;
  };
}
