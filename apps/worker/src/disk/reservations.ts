/** Space that a download takes on the disk, bytes. */
export type Expectation = {
  /** At its peak; undefined if unknown. */
  totalBytes: number | undefined;
  /** The part of it that is already there. */
  doneBytes: number;
};

/** Number of recent downloads that tell the typical size. */
const rememberedCount = 9;

/** Space that running downloads will still take, and space that recent ones took. */
export class Reservations {
  readonly #running = new Map<string, Expectation>();
  readonly #recentBytes: number[] = [];

  reserve(taskId: string, expectation: Expectation): void {
    this.#running.set(taskId, expectation);
  }

  /** Updates the reservation of a running download. A known total stays until a better one is known. */
  update(taskId: string, { totalBytes, doneBytes }: Expectation): void {
    const known = this.#running.get(taskId);
    if (known !== undefined) this.#running.set(taskId, { totalBytes: totalBytes ?? known.totalBytes, doneBytes });
  }

  release(taskId: string): void {
    this.#running.delete(taskId);
  }

  /** Records the size of a finished download. */
  recordUsage(bytes: number): void {
    this.#recentBytes.push(bytes);
    if (this.#recentBytes.length > rememberedCount) this.#recentBytes.shift();
  }

  get count(): number {
    return this.#running.size;
  }

  /** Median of recent downloads, bytes: a single large one does not change it. 0 if there was none. */
  get typicalBytes(): number {
    return this.#recentBytes.toSorted((a, b) => a - b)[Math.trunc(this.#recentBytes.length / 2)] ?? 0;
  }

  /** Returns the space that running downloads will still take, bytes. @param exceptId a task to leave out. */
  reservedBytes(exceptId?: string): number {
    let sum = 0;
    for (const [id, { totalBytes = this.typicalBytes, doneBytes }] of this.#running)
      if (id !== exceptId) sum += Math.max(0, totalBytes - doneBytes);
    return sum;
  }

  /** Returns the space that a running download will still take; undefined if unknown, or if it took more than its total. */
  remainingBytes(taskId: string): number | undefined {
    const { totalBytes, doneBytes = 0 } = this.#running.get(taskId) ?? {};
    return totalBytes === undefined || doneBytes > totalBytes ? undefined : totalBytes - doneBytes;
  }

  doneBytes(taskId: string): number {
    return this.#running.get(taskId)?.doneBytes ?? 0;
  }
}
