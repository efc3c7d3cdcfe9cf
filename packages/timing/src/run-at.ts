/** A timer of Node waits no longer, ms: 24 days. */
const longestMs = 2 ** 31 - 1;

/**
 * Runs a function at a time of day, however far it is; at once, if it is over. Keeps no process alive.
 *
 * @param timeMs milliseconds since the epoch, as those of `now`.
 * @returns a function after which it is not run any more.
 */
export function runAt(timeMs: number, now: () => number, run: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    const leftMs = timeMs - now();
    if (leftMs > 0) timer = setTimeout(wait, Math.min(leftMs, longestMs)).unref();
    else run();
  };
  wait();
  return () => {
    clearTimeout(timer);
  };
}
