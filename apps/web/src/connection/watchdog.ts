/** A server that says nothing for this long is taken for lost. It sends a heartbeat every 4 s, and 5 s are promised. */
const silenceMs = 11_000;
const checkEveryMs = 1000;
/** A check that comes so late tells that the machine slept, or that its clock was set. */
const sleepMs = 5000;

/** Two clocks: one that goes on while the machine sleeps, and may be set; and one that nobody sets. */
export type Clocks = { readonly wallMs: () => number; readonly steadyMs: () => number };

/** Tells once that nothing was heard for too long. Timers alone would not, since they stand still while the machine sleeps. */
export class Watchdog {
  readonly #clocks: Clocks;
  readonly #timer: ReturnType<typeof setInterval>;
  #heard: { wallMs: number; steadyMs: number };
  #checkedMs: number;

  constructor(clocks: Clocks, silent: (hasSlept: boolean) => void) {
    this.#clocks = clocks;
    this.#heard = { wallMs: clocks.wallMs(), steadyMs: clocks.steadyMs() };
    this.#checkedMs = this.#heard.wallMs;
    this.#timer = setInterval(() => {
      const wallMs = clocks.wallMs();
      const hasSlept = wallMs - this.#checkedMs > sleepMs;
      this.#checkedMs = wallMs;
      if (Math.max(wallMs - this.#heard.wallMs, clocks.steadyMs() - this.#heard.steadyMs) < silenceMs) return;
      this.stop();
      silent(hasSlept);
    }, checkEveryMs);
  }

  /** Something arrived. */
  heard(): void {
    this.#heard = { wallMs: this.#clocks.wallMs(), steadyMs: this.#clocks.steadyMs() };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
