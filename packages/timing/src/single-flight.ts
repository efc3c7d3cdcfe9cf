/**
 * Runs one look at a time. If it is asked for during a look, it looks once more afterwards, since that look may have
 * missed what it is asked for.
 */
export class SingleFlight {
  readonly #look: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** Resolves when a look that began after this call has ended; rejects with what it throws. */
  run(): Promise<void> {
    // The next look has not begun yet: it waits for the look before, or for its turn right behind that.
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return this.#start();
    this.#next = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  #start(): Promise<void> {
    const running = Promise.try(this.#look).finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
