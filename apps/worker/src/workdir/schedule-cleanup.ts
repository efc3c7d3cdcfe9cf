import { cleanHistory, type Database } from "@dwld/queue";
import { minuteMs } from "@dwld/timing";
import type { Janitor } from "./janitor.ts";

const sweepIntervalMs = 10 * minuteMs;

export type Cleanup = {
  /** Sweeps soon: what belonged to tasks of this host may be theirs no more. */
  sweep: () => void;
  close: () => Promise<void>;
};

/**
 * Sweeps at the start and every ten minutes, and tidies whenever tasks have ended. Closing it waits for
 * the last round.
 *
 * @param historyMs returns the age at which ended tasks are forgotten, ms. Videos stay.
 */
export function scheduleCleanup(
  database: Database,
  janitor: Janitor,
  historyMs: () => number,
  onError: (error: unknown) => void,
): Cleanup {
  const sweep = async (): Promise<void> => {
    // A file that cannot be removed keeps no task from being forgotten.
    await janitor.sweep().catch(onError);
    const now = Date.now();
    await cleanHistory(database, { scope: "all", states: [], finishedBefore: now - historyMs() }, now);
  };
  let working: Promise<void> = Promise.resolve();
  let isQueued = false;
  const enqueue = (round: () => Promise<void>) => {
    working = working.then(round).catch(onError);
  };
  const stopListening = database.notifier.listen(["ends"], () => {
    // All changes during a round are answered by one more.
    if (isQueued) return;
    isQueued = true;
    enqueue(() => {
      isQueued = false;
      return janitor.tidy();
    });
  });
  enqueue(sweep);
  const timer = setInterval(() => {
    enqueue(sweep);
  }, sweepIntervalMs);
  return {
    sweep: () => {
      enqueue(sweep);
    },
    close: async () => {
      stopListening();
      clearInterval(timer);
      await working;
    },
  };
}
