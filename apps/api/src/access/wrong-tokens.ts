import { holderOf } from "../limits/caller.ts";

const limits = {
  /** Wrong tokens of one address in a row, and how long until one more is answered as the first was, ms. */
  burst: 20,
  intervalMs: 1000,
  /** Addresses that are remembered, the newest ones: 2 MB. */
  addresses: 10_000,
  /** The log is told at most this often, ms. */
  logIntervalMs: 60_000,
} as const;

/**
 * Counts wrong tokens by address. Nobody guesses 256 bits: it keeps the log readable, and tells a client that repeats a
 * wrong token for ever. Right tokens are not counted, so no address can lock another, or itself, out.
 */
export class WrongTokens {
  readonly #logger: { warn(fields: object, message: string): void };
  readonly #now: () => number;
  /** When the burst of an address will be whole again (the generic cell rate algorithm), ms. */
  readonly #wholeAt = new Map<string, number>();
  #loggedAtMs = -Infinity;
  #unlogged = 0;

  /** @param now milliseconds of a clock that never jumps. */
  constructor(logger: { warn(fields: object, message: string): void }, now: () => number) {
    this.#logger = logger;
    this.#now = now;
  }

  /** Counts one. Returns the milliseconds after which the address may try again; 0: at once. */
  count(address: string | undefined): number {
    const nowMs = this.#now();
    const holder = holderOf(address);
    const wholeAt = Math.max(this.#wholeAt.get(holder) ?? 0, nowMs) + limits.intervalMs;
    const waitMs = wholeAt - nowMs - limits.burst * limits.intervalMs;
    if (waitMs <= 0) this.#remember(holder, wholeAt);
    this.#log(address, nowMs);
    return Math.max(0, waitMs);
  }

  #remember(holder: string, wholeAt: number): void {
    // Moves it behind the others, since the oldest are forgotten first.
    this.#wholeAt.delete(holder);
    this.#wholeAt.set(holder, wholeAt);
    const [oldest] = this.#wholeAt.keys();
    if (this.#wholeAt.size > limits.addresses && oldest !== undefined) this.#wholeAt.delete(oldest);
  }

  #log(address: string | undefined, nowMs: number): void {
    this.#unlogged += 1;
    if (nowMs < this.#loggedAtMs + limits.logIntervalMs) return;
    this.#logger.warn(
      { address, count: this.#unlogged },
      "calls with a wrong token were refused; the last is from here",
    );
    this.#loggedAtMs = nowMs;
    this.#unlogged = 0;
  }
}
