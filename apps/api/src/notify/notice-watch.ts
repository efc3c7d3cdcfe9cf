import type { Configuration, Logger } from "@dwld/daemon";
import {
  type Arrivals,
  arrivalsBetween,
  brokenSites,
  concludeNotices,
  cookiesSetAside,
  type Conclusion,
  type Database,
  DatabaseError,
  type NoticeRow,
  ytdlpVersions,
} from "@dwld/queue";
import { minuteMs, weekMs } from "@dwld/timing";
import { readProcesses } from "../machine/living-processes.ts";
import { decide, type Decision, keyOf, keyOfSeen, type Look } from "./lifecycle.ts";
import { messageOf, textOf } from "./message.ts";
import { type Certificate, type Facts, observe } from "./observe.ts";
import { nameOfTarget } from "./send/target.ts";

/** Between two looks, ms. */
const lookEveryMs = 10_000;

/** Between two counts of what arrived, ms: they read more of the table. */
const arrivalsReadEveryMs = 10 * minuteMs;

/** A step of the wall clock beyond the monotonic one: this machine slept, or its clock was set. */
const jumpMs = minuteMs;

/** The looks that are left out after a jump, so that others notice first what came back. */
const looksAfterJump = 3;

export type Watched = {
  readonly database: Database;
  readonly targets: () => Configuration["notify"]["targets"];
  readonly deliveredBy: Facts["deliveredBy"];
  readonly host: string;
  /** Returns the certificate of this api; undefined: it has none, or none that can be read. */
  readonly certificate: () => Certificate | undefined;
  readonly logger: Pick<Logger, "info" | "warn" | "debug">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

/** Watches the conditions of which the operator is told, and writes what is told. Each api does so; each is told once. */
export class NoticeWatch {
  readonly #watched: Watched;
  #arrivals: { readonly readAtMs: number; readonly arrivals: Arrivals } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #last: { wallMs: number; monotonicMs: number } | undefined;
  #leftOut = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), lookEveryMs).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Looks once. Returns what was concluded. */
  async look(now: number): Promise<Conclusion> {
    const facts = await this.#read(now);
    const look = observe(facts, now);
    const conclusion = await concludeNotices(this.#watched.database, (known) => this.#conclude(known, look, now), now);
    if (conclusion.messages.length > 0)
      this.#watched.logger.info({ targets: conclusion.messages.map(({ lane }) => lane) }, "the operator is told");
    return conclusion;
  }

  #conclude(known: readonly NoticeRow[], look: Look, now: number): Conclusion {
    const { rows, forgotten, began, ended } = decide(known, look, now);
    const textOfRow = new Map(began.map((seen) => [keyOfSeen(seen), JSON.stringify(textOf(seen))]));
    return {
      forgotten,
      rows: rows.map((row) => ({ ...row, texts: textOfRow.get(keyOf(row)) ?? row.texts })),
      messages: began.length + ended.length === 0 ? [] : this.#messagesOf({ began, ended }, now),
    };
  }

  /** Each target is told of the kinds that it chose. Those that chose the same get the same message. */
  #messagesOf({ began, ended }: Pick<Decision, "began" | "ended">, now: number): Conclusion["messages"] {
    const written = new Map<string, string>();
    return this.#watched.targets().flatMap((target) => {
      const isWanted = (kind: string) => target.kinds?.some((each) => each === kind) !== false;
      const parts = {
        began: began.filter(({ condition }) => isWanted(condition.kind)),
        ended: ended.filter(({ kind }) => isWanted(kind)),
      };
      if (parts.began.length + parts.ended.length === 0) return [];
      const key = JSON.stringify(target.kinds ?? null);
      const notice = written.get(key) ?? JSON.stringify(messageOf(parts, { machine: this.#watched.host, now }));
      written.set(key, notice);
      return [{ lane: nameOfTarget(target), notice }];
    });
  }

  async #read(now: number): Promise<Facts> {
    const { database, host, deliveredBy, certificate } = this.#watched;
    const { processes, hosts } = await readProcesses(database, host, now);
    return {
      ...{ processes, hosts, deliveredBy },
      sites: await brokenSites(database),
      cookies: await cookiesSetAside(database),
      versions: await ytdlpVersions(database),
      arrivals: await this.#readArrivals(now),
      own: { host, certificate: certificate() },
    };
  }

  async #readArrivals(now: number): Promise<Arrivals> {
    const read = this.#arrivals;
    if (read !== undefined && now >= read.readAtMs && now - read.readAtMs < arrivalsReadEveryMs) return read.arrivals;
    const arrivals = await arrivalsBetween(this.#watched.database, now - weekMs, now);
    this.#arrivals = { readAtMs: now, arrivals };
    return arrivals;
  }

  #tick(): void {
    const now = this.#watched.now();
    const monotonicMs = performance.now();
    const last = this.#last;
    this.#last = { wallMs: now, monotonicMs };
    const hasJumped = last !== undefined && Math.abs(now - last.wallMs - (monotonicMs - last.monotonicMs)) > jumpMs;
    if ((hasJumped || this.#leftOut > 0) && this.#leftOut < looksAfterJump) {
      this.#leftOut += 1;
      return;
    }
    this.#leftOut = 0;
    // Without a target, conditions are looked at again when there is one.
    if (this.#watched.targets().length === 0) return;
    this.#looking ??= this.look(now)
      .then(() => undefined)
      .catch((error: unknown) => {
        // The database logs its own trouble once.
        const level = error instanceof DatabaseError ? "debug" : "warn";
        this.#watched.logger[level]({ err: error }, "the conditions of which the operator is told could not be read");
      })
      .finally(() => {
        this.#looking = undefined;
      });
  }
}
