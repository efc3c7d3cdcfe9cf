import { isatty } from "node:tty";

/**
 * Catches SIGHUP from now on. One that comes before somebody listens is kept for them. If the terminal is gone on which a person
 * has started the process, the signal ends it, as it ends any program.
 */
export class Hangups {
  #isAsked = false;
  #listener: (() => void) | undefined;

  constructor() {
    const terminal = [0, 1, 2].find((descriptor) => isatty(descriptor));
    process.on("SIGHUP", () => {
      if (terminal !== undefined && !isatty(terminal)) {
        process.removeAllListeners("SIGHUP");
        process.kill(process.pid, "SIGHUP");
        return;
      }
      this.#isAsked = true;
      this.#listener?.();
    });
  }

  listen(onHangup: () => void): void {
    this.#listener = onHangup;
    if (this.#isAsked) onHangup();
  }
}
