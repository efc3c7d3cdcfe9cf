/** The document, as far as it matters here. */
type Shown = Pick<Document, "hidden" | "addEventListener" | "removeEventListener">;

type Timing = {
  /** Time after which it asks again, although nobody told of a change. */
  readonly everyMs: number;
  /** Time that it leaves between two calls, however many changes it is told. */
  readonly leastMs: number;
};

/**
 * Asks at once, after each change of which it is told, and now and then, until the signal aborts: one call at a time, and none
 * while the page is hidden.
 *
 * @param ask never rejects.
 * @returns tells of a change.
 */
export function keepFresh(
  ask: () => Promise<void>,
  { everyMs, leastMs }: Timing,
  ending: AbortSignal,
  page: Shown = document,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isStale = true;
  let askedAt = -Infinity;

  const plan = (): void => {
    clearTimeout(timer);
    if (page.hidden || isAsking || ending.aborted) return;
    const pauseMs = isStale ? leastMs : everyMs;
    // A clock that was set back makes no longer pause.
    const leftMs = Math.min(pauseMs, askedAt + pauseMs - Date.now());
    timer = setTimeout(() => void run(), Math.max(0, leftMs));
  };
  const run = async (): Promise<void> => {
    isAsking = true;
    isStale = false;
    askedAt = Date.now();
    await ask();
    isAsking = false;
    plan();
  };
  page.addEventListener("visibilitychange", plan);
  ending.addEventListener("abort", () => {
    clearTimeout(timer);
    page.removeEventListener("visibilitychange", plan);
  });
  plan();
  return () => {
    isStale = true;
    plan();
  };
}
