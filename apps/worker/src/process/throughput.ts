/** How fast bytes came lately. */
export class Pace {
  readonly #longestMs: number;
  /** One a look, the newest last: the bytes that came since the look before it, and how long ago that was. */
  #looks: { ms: number; bytes: number }[] = [];

  /** @param longestMs the longest stretch that will be asked for. */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  add(ms: number, bytes: number): void {
    this.#looks.push({ ms, bytes });
    let spanMs = 0;
    const first = this.#looks.findLastIndex((look) => (spanMs += look.ms) >= this.#longestMs);
    if (first > 0) this.#looks = this.#looks.slice(first);
  }

  /** Bytes per second over the last `overMs`; undefined where so much has not been seen yet. */
  bytesPerSecond(overMs: number): number | undefined {
    let spanMs = 0;
    let bytes = 0;
    for (const look of this.#looks.toReversed()) {
      spanMs += look.ms;
      bytes += look.bytes;
      if (spanMs >= overMs) return (1000 * bytes) / spanMs;
    }
    return undefined;
  }

  beginAnew(): void {
    this.#looks = [];
  }
}
