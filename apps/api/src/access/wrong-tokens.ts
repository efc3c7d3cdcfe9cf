import { Rates } from "@dwld/limits";
import { minuteMs } from "@dwld/timing";
import { holderOf } from "../limits/caller.ts";

/** Wrong tokens of one address that are answered: so many at once, and one a second after them. */
const perMinute = 60;
/** The log is told at most this often, ms. */
const logIntervalMs = minuteMs;

/**
 * Counts wrong tokens by address. Nobody guesses 256 bits: it keeps the log readable, and tells a client that repeats a
 * wrong token for ever. Right tokens are not counted, so no address can lock another, or itself, out.
 */
export class WrongTokens {
  readonly #logger: { warn(fields: object, message: string): void };
  readonly #now: () => number;
  readonly #rates: Rates;
  #loggedAtMs = -Infinity;
  #unlogged = 0;

  /** @param now milliseconds of a clock that never jumps. */
  constructor(logger: { warn(fields: object, message: string): void }, now: () => number) {
    this.#logger = logger;
    this.#now = now;
    this.#rates = new Rates(now);
  }

  /** Counts one. Returns the milliseconds after which the address may try again; 0: at once. */
  count(address: string | undefined): number {
    const holder = holderOf(address);
    const { freeAfterMs } = this.#rates.use(holder, perMinute);
    if (freeAfterMs === 0) this.#rates.take(holder, perMinute);
    this.#log(address);
    return freeAfterMs;
  }

  #log(address: string | undefined): void {
    const nowMs = this.#now();
    this.#unlogged += 1;
    if (nowMs < this.#loggedAtMs + logIntervalMs) return;
    this.#logger.warn(
      { address, count: this.#unlogged },
      "calls with a wrong token were refused; the last is from here",
    );
    this.#loggedAtMs = nowMs;
    this.#unlogged = 0;
  }
}
