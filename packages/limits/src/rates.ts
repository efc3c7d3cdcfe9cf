const minuteMs = 60_000;

/** How much of a rate is used, and when there is room for one more, in ms from now. */
export type RateUse = { used: number; freeAfterMs: number };

/**
 * The generic cell rate algorithm: `perMinute` at once, and as many a minute after that. All that it keeps of the past is
 * the time at which nothing of it counts any more (ITU-T I.371, "theoretical arrival time").
 *
 * @param idleAtMs that time; 0 if nothing was taken yet.
 * @param ahead how many are refused already, and wait for room before this one.
 */
function useOfRate(idleAtMs: number, nowMs: number, perMinute: number, ahead = 0): RateUse {
  const intervalMs = minuteMs / perMinute;
  const busyMs = Math.max(0, idleAtMs - nowMs);
  // Rounded, since a sum of thirds is not a whole.
  const used = Math.ceil(Number((busyMs / intervalMs).toFixed(6)));
  const roomMs = busyMs - (minuteMs - intervalMs) + ahead * intervalMs;
  return { used, freeAfterMs: Math.min(Math.max(0, roomMs), busyMs) };
}

/** Returns the time at which nothing counts any more, after one was taken. */
function afterTaking(idleAtMs: number, nowMs: number, perMinute: number): number {
  return Math.max(idleAtMs, nowMs) + minuteMs / perMinute;
}

/** The rates of many holders. */
export class Rates {
  readonly #now: () => number;
  readonly #mostHolders: number;
  /** The time at which each is idle, the one that took last at the end. */
  readonly #idleAtMs = new Map<string, number>();

  /**
   * @param now ms of a clock that never goes back.
   * @param mostHolders bounds the memory: beyond it, the one that took least recently is forgotten.
   */
  constructor(now: () => number, mostHolders = 10_000) {
    this.#now = now;
    this.#mostHolders = mostHolders;
  }

  /** Tells the use, and takes nothing. */
  use(holder: string, perMinute: number, ahead = 0): RateUse {
    return useOfRate(this.#idleAtMs.get(holder) ?? 0, this.#now(), perMinute, ahead);
  }

  take(holder: string, perMinute: number): void {
    const idleAtMs = afterTaking(this.#idleAtMs.get(holder) ?? 0, this.#now(), perMinute);
    this.#idleAtMs.delete(holder);
    this.#idleAtMs.set(holder, idleAtMs);
    if (this.#idleAtMs.size <= this.#mostHolders) return;
    const [first] = this.#idleAtMs.keys();
    if (first !== undefined) this.#idleAtMs.delete(first);
  }
}
