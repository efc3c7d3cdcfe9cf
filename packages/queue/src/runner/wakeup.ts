/** Wakes one loop that waits. A signal is kept until the loop waits. */
export class Wakeup {
  #notified = false;
  #waiting: (() => void) | undefined;

  signal(): void {
    this.#notified = true;
    this.#waiting?.();
  }

  /** Returns whether there was a signal. */
  async wait(atMostMs: number): Promise<boolean> {
    if (!this.#notified)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    const isSignaled = this.#notified;
    this.#waiting = undefined;
    this.#notified = false;
    return isSignaled;
  }
}
