import type { Configuration, Logger } from "@dwld/daemon";
import {
  decide,
  type LimitName,
  LimitReachedError,
  Rates,
  type Reached,
  refuseBeyond,
  type Subject,
} from "@dwld/limits";
import type { Allowance } from "@dwld/queue";
import type { Caller, CallingToken } from "./caller.ts";
import { HeldPlaces } from "./held-places.ts";
import { Refusals } from "./refusals.ts";

/** A limit of the configuration, and what it refused since the start. */
export type LimitStatus = {
  readonly limit: LimitName;
  readonly subject: Subject;
  readonly most: number;
  readonly refusedCount: number;
  /** Milliseconds since the epoch. Undefined: it refused nothing. */
  readonly refusedAtMs: number | undefined;
};

/** Sessions that one token begins or renews. No setting: a page needs one. */
const sessionsPerMinute = 10;

/** The limits of those who call: counts what no table keeps, and tells what was refused. */
export class Limits {
  readonly #settings: () => Configuration["limits"];
  readonly #rates: Rates;
  readonly #streams = new HeldPlaces();
  readonly #refusals: Refusals;

  /**
   * @param settings returns the limits as of now. What is counted stays when they change.
   * @param monotonicMs a clock that never goes back; `now` is the time of day, in ms since the epoch.
   */
  constructor(
    settings: () => Configuration["limits"],
    { logger, now, monotonicMs }: { logger: Pick<Logger, "warn">; now: () => number; monotonicMs: () => number },
  ) {
    this.#settings = settings;
    this.#rates = new Rates(monotonicMs);
    this.#refusals = new Refusals(logger, now);
  }

  get settings(): Configuration["limits"] {
    return this.#settings();
  }

  /**
   * Begins a call that adds links, and returns a function that counts the link of a chat. Those of one call that are
   * refused wait behind each other, so that all of them find room when they come back.
   *
   * @throws LimitReachedError, by that function, if there is no room for the link; nothing was counted then.
   */
  begin({ address, token }: Caller): (chatId: string) => void {
    const { perAddress, perChat, perToken } = this.settings;
    const refused = new Map<string, number>();
    return (chatId) => {
      const rates = [
        ...bounded("addsPerMinute", "address", named(address), perAddress.addsPerMinute),
        ...bounded("addsPerMinute", "chat", named(chatId), perChat.addsPerMinute),
        ...bounded("addsPerMinute", "token", token, perToken.addsPerMinute),
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

  /**
   * Counts a session that a token begins or renews.
   *
   * @throws LimitReachedError
   */
  beginSession(token: Holder): void {
    const [key, most] = [`session ${token.id}`, sessionsPerMinute];
    const limit = { limit: "sessionsPerMinute", subject: "token", holder: token.name, most } as const;
    refuseBeyond([{ ...limit, ...this.#rates.use(key, most) }]);
    this.#rates.take(key, most);
  }

  /** Returns the limits that the table counts. */
  allowanceOf({ token }: Caller): Allowance {
    const { perChat, perToken } = this.settings;
    if (token === undefined || token.chats === "all") return { perChat };
    return { perChat, perToken: { ...perToken, name: token.name, chats: token.chats } };
  }

  /** Returns a function that releases the place of a stream, or the limit that has none. */
  holdStream({ address, token }: Caller): (() => void) | Reached {
    const { perAddress, perToken } = this.settings;
    const holders = [
      ...bounded("streams", "address", named(address), perAddress.streams),
      ...bounded("streams", "token", token, perToken.streams),
    ];
    const reached = decide(holders.map((holder) => ({ ...holder, used: this.#streams.heldBy(holder.key) })));
    if (reached !== undefined) return reached;
    const releases = holders.map(({ key }) => this.#streams.admit(key));
    return () => {
      for (const release of releases) release?.();
    };
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
    this.#refusals.note(reached);
  }

  /** Returns every limit of the configuration, with what it refused. */
  status(): LimitStatus[] {
    const { perAddress, perChat, perToken } = this.settings;
    return [
      ...this.#statusOf("address", perAddress),
      ...this.#statusOf("chat", perChat),
      ...this.#statusOf("token", perToken),
    ];
  }

  /** Returns the limits of a token, with what it uses now, as far as no table counts it. */
  usesOf(token: CallingToken): { limit: LimitName; subject: Subject; most: number; used: number }[] {
    const { addsPerMinute, streams } = this.settings.perToken;
    return [
      ...bounded("addsPerMinute", "token", token, addsPerMinute).map((limit) => ({
        ...limit,
        used: this.#rates.use(limit.key, limit.most).used,
      })),
      ...bounded("streams", "token", token, streams).map((limit) => ({
        ...limit,
        used: this.#streams.heldBy(limit.key),
      })),
    ];
  }

  #statusOf(subject: Subject, settings: Readonly<Partial<Record<LimitName, number>>>): LimitStatus[] {
    return Object.entries(settings).map(([name, most]) => {
      const limit = name as LimitName;
      const { count, lastAtMs } = this.#refusals.of({ limit, subject });
      return { limit, subject, most, refusedCount: count, refusedAtMs: lastAtMs };
    });
  }
}

type Holder = { readonly id: string; readonly name: string };

function named(name: string | undefined): Holder | undefined {
  return name === undefined ? undefined : { id: name, name };
}

/** Returns the limit if there is one, and somebody whom it concerns. */
function bounded(limit: LimitName, subject: Subject, holder: Holder | undefined, most: number | undefined) {
  if (holder === undefined || most === undefined) return [];
  return [{ limit, subject, holder: holder.name, key: `${subject} ${holder.id}`, most }];
}
