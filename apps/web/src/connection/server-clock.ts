/** A heartbeat that is so much behind the one before tells that a clock was set. */
const toleranceMs = 2000;

/**
 * The server's clock less the browser's, which may be minutes off. A time that was told is older when it arrives, so the largest
 * difference is the truest.
 */
export class ServerClock {
  #offsetMs = 0;
  #source: "guess" | "answer" | "heartbeat" = "guess";

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** @param source the header Date of an answer has whole seconds, and may be a proxy's: it counts until the first heartbeat. */
  tell(serverMs: number, browserMs: number, source: "answer" | "heartbeat"): void {
    if (source === "answer" && this.#source === "heartbeat") return;
    const measured = serverMs - browserMs;
    const isFirst = source !== this.#source;
    this.#source = source;
    if (isFirst || measured > this.#offsetMs || measured < this.#offsetMs - toleranceMs) this.#offsetMs = measured;
  }
}
