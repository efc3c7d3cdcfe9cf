/** Measures how fast bytes arrived lately. */
export class Throughput {
  readonly #longestMs: number;
  /** Newest last: the bytes that came since the sample before, and the time since then. */
  #samples: { ms: number; bytes: number }[] = [];

  /** @param longestMs the longest span that will be asked for. */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  add(ms: number, bytes: number): void {
    this.#samples.push({ ms, bytes });
    let spanMs = 0;
    const first = this.#samples.findLastIndex((sample) => (spanMs += sample.ms) >= this.#longestMs);
    if (first > 0) this.#samples = this.#samples.slice(first);
  }

  /** Returns the bytes per second over the last `overMs`; undefined until that much time was measured. */
  bytesPerSecond(overMs: number): number | undefined {
    let spanMs = 0;
    let bytes = 0;
    for (const sample of this.#samples.toReversed()) {
      spanMs += sample.ms;
      bytes += sample.bytes;
      if (spanMs >= overMs) return (1000 * bytes) / spanMs;
    }
    return undefined;
  }

  reset(): void {
    this.#samples = [];
  }
}
