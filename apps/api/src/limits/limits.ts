import type { Configuration, Logger } from "@dwld/daemon";
import { decide, type LimitName, LimitReachedError, Rates, type Reached, type Subject } from "@dwld/limits";
import type { Allowance } from "@dwld/queue";
import type { Caller } from "./caller.ts";

/** A limit, and what it refused since the start. */
export type LimitStatus = {
  readonly limit: LimitName;
  readonly subject: Subject;
  readonly most: number;
  readonly refusedCount: number;
  /** Milliseconds since the epoch. Undefined: never. */
  readonly refusedAtMs: number | undefined;
};

/** Refusals by the same limit are logged no oftener, since a flood would fill the log. */
const logEveryMs = 60_000;

/** The limits of those who ask: counts what no table keeps, and tells what was refused. */
export class Limits {
  readonly settings: Configuration["limits"];
  readonly #rates: Rates;
  readonly #logger: Pick<Logger, "warn">;
  readonly #now: () => number;
  readonly #refused = new Map<string, { count: number; lastAtMs: number; loggedAtMs: number }>();

  /** @param monotonicMs a clock that never goes back; `now` is the time of day, in ms since the epoch. */
  constructor(
    settings: Configuration["limits"],
    { logger, now, monotonicMs }: { logger: Pick<Logger, "warn">; now: () => number; monotonicMs: () => number },
  ) {
    this.settings = settings;
    this.#rates = new Rates(monotonicMs);
    this.#logger = logger;
    this.#now = now;
  }

  /**
   * Begins a call that adds links, and returns a function that counts the link of a chat. Those of one call that are
   * refused wait behind each other, so that all of them find room when they come back.
   *
   * @throws LimitReachedError, by that function, if there is no room for the link; nothing was counted then.
   */
  begin({ address }: Caller): (chatId: string) => void {
    const refused = new Map<string, number>();
    return (chatId) => {
      const rates = [
        ...rateOf("address", address, this.settings.perAddress.addsPerMinute),
        ...rateOf("chat", chatId, this.settings.perChat.addsPerMinute),
      ].map((rate) => ({ ...rate, ...this.#rates.use(rate.key, rate.most, refused.get(rate.key)) }));
      const reached = decide(rates);
      if (reached === undefined) {
        for (const { key, most } of rates) this.#rates.take(key, most);
        return;
      }
      for (const { key, used, most } of rates) if (used >= most) refused.set(key, (refused.get(key) ?? 0) + 1);
      throw new LimitReachedError(reached);
    };
  }

  /** Returns the limits of a chat that the table counts. */
  get allowance(): Allowance {
    const { waitingTasks } = this.settings.perChat;
    return waitingTasks === undefined ? {} : { waitingTasks };
  }

  /** Takes note if a limit refuses some work. */
  async noting<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LimitReachedError) this.note(error.reached);
      throw error;
    }
  }

  note(reached: Reached): void {
    const { limit, subject } = reached;
    const key = `${subject} ${limit}`;
    const known = this.#refused.get(key) ?? { count: 0, lastAtMs: 0, loggedAtMs: -Infinity };
    known.count += 1;
    known.lastAtMs = this.#now();
    this.#refused.set(key, known);
    if (Math.abs(known.lastAtMs - known.loggedAtMs) < logEveryMs) return;
    known.loggedAtMs = known.lastAtMs;
    this.#logger.warn({ ...reached, refused: known.count }, "a limit was reached");
  }

  /** Returns every limit of the configuration, with what it refused. */
  status(): LimitStatus[] {
    const { perAddress, perChat } = this.settings;
    const of = (subject: Subject, settings: Readonly<Partial<Record<LimitName, number>>>) =>
      Object.entries(settings).map(([name, most]): LimitStatus => {
        const limit = name as LimitName;
        const { count = 0, lastAtMs } = this.#refused.get(`${subject} ${limit}`) ?? {};
        return { limit, subject, most, refusedCount: count, refusedAtMs: lastAtMs };
      });
    return [...of("address", perAddress), ...of("chat", perChat)];
  }
}

function rateOf(subject: Subject, holder: string | undefined, most: number | undefined) {
  if (holder === undefined || most === undefined) return [];
  return [{ limit: "addsPerMinute" as const, subject, holder, key: `${subject} ${holder}`, most }];
}
