/** What a download takes on the disk. Bytes. */
export type Expectation = {
  /** In all, at its peak; undefined: nobody knows. */
  totalBytes: number | undefined;
  /** How much of that lies there already. */
  doneBytes: number;
};

/** So many of the latest downloads say what one usually takes. */
const remembered = 9;

/** What the running downloads will still take, and what the latest ones took. */
export class SpaceLedger {
  readonly #running = new Map<string, Expectation>();
  readonly #taken: number[] = [];

  begin(taskId: string, expectation: Expectation): void {
    this.#running.set(taskId, expectation);
  }

  /** Of one that runs; what was known of it stays, until it is known better. */
  expect(taskId: string, { totalBytes, doneBytes }: Expectation): void {
    const known = this.#running.get(taskId);
    if (known !== undefined) this.#running.set(taskId, { totalBytes: totalBytes ?? known.totalBytes, doneBytes });
  }

  end(taskId: string): void {
    this.#running.delete(taskId);
  }

  /** A download is there, and has taken so much. */
  took(bytes: number): void {
    this.#taken.push(bytes);
    if (this.#taken.length > remembered) this.#taken.shift();
  }

  get running(): number {
    return this.#running.size;
  }

  /** The middle of what the latest took: a single large one says nothing of the others. */
  get usualBytes(): number {
    return this.#taken.toSorted((a, b) => a - b)[Math.trunc(this.#taken.length / 2)] ?? 0;
  }

  /** What running downloads will still take. @param exceptId all but this one's. */
  promisedBytes(exceptId?: string): number {
    let sum = 0;
    for (const [id, { totalBytes = this.usualBytes, doneBytes }] of this.#running)
      if (id !== exceptId) sum += Math.max(0, totalBytes - doneBytes);
    return sum;
  }

  /** What one that runs will still take; undefined where nobody knows, or it has taken more than was said. */
  remainingBytes(taskId: string): number | undefined {
    const { totalBytes, doneBytes = 0 } = this.#running.get(taskId) ?? {};
    return totalBytes === undefined || doneBytes > totalBytes ? undefined : totalBytes - doneBytes;
  }

  doneBytes(taskId: string): number {
    return this.#running.get(taskId)?.doneBytes ?? 0;
  }
}
