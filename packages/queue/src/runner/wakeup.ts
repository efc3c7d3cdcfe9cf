/** Wakes one loop that waits. A signal is kept until the loop waits. */
export class Wakeup {
  #notified = false;
  #waiting: (() => void) | undefined;

  signal(): void {
    this.#notified = true;
    this.#waiting?.();
  }

  async wait(atMostMs: number): Promise<void> {
    if (!this.#notified)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#waiting = undefined;
    this.#notified = false;
  }
}
