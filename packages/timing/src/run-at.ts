import { minuteMs } from "./durations.ts";

/** Between two looks at the clock, ms: a timer stands still while the machine sleeps, and knows of no clock that is set. */
const lookEveryMs = minuteMs;

/**
 * Runs a function at a time of day, however far it is; at once, if it is over. If the clock jumps, within a minute. Keeps no
 * process alive.
 *
 * @param timeMs milliseconds since the epoch, as those of `now`.
 * @returns a function after which it is not run any more.
 */
export function runAt(timeMs: number, now: () => number, run: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    const leftMs = timeMs - now();
    if (leftMs > 0) timer = setTimeout(wait, Math.min(leftMs, lookEveryMs)).unref();
    else run();
  };
  wait();
  return () => {
    clearTimeout(timer);
  };
}
