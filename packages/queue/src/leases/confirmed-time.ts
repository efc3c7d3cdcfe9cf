import type { ProcessRow } from "../store/schema-of-hosts.ts";

/**
 * Measures the time in which an observer saw others, on its monotonic clock. It passes only while the observer's own
 * heartbeat counts: when the whole machine was frozen, or the database locked or away, all heartbeats stopped at once, so
 * that nobody's silence says anything.
 */
export class ConfirmedTime {
  readonly #heartbeatIntervalMs: number;
  #own: { id: string; heartbeat: number; atMs: number } | undefined;

  constructor(heartbeatIntervalMs: number) {
    this.#heartbeatIntervalMs = heartbeatIntervalMs;
  }

  /**
   * Returns the time since the last look: at most two intervals for each heartbeat of the observer, since timers are late.
   *
   * @param own the observer's row at this look.
   */
  passedUntil(own: ProcessRow | undefined, monotonicMs: number): number {
    const last = this.#own;
    if (own === undefined || own.id !== last?.id) {
      this.#own = own && { id: own.id, heartbeat: own.heartbeat, atMs: monotonicMs };
      return 0;
    }
    const heartbeats = own.heartbeat - last.heartbeat;
    if (heartbeats === 0) return 0;
    this.#own = { id: own.id, heartbeat: own.heartbeat, atMs: monotonicMs };
    return Math.min(monotonicMs - last.atMs, heartbeats * 2 * this.#heartbeatIntervalMs);
  }
}
