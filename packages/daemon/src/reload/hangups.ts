/** Catches SIGHUP from now on. One that comes before somebody listens is kept for them. */
export class Hangups {
  #isAsked = false;
  #listener: (() => void) | undefined;

  constructor() {
    process.on("SIGHUP", () => {
      this.#isAsked = true;
      this.#listener?.();
    });
  }

  listen(onHangup: () => void): void {
    this.#listener = onHangup;
    if (this.#isAsked) onHangup();
  }
}
