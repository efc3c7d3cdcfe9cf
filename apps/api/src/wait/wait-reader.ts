import {
  countedPlaces,
  type Database,
  findSite,
  firstInLine,
  listProcesses,
  parseTroubles,
  type Sender,
  type SiteRow,
  type Surroundings,
  type Troubles,
  type Wait,
  type WaitingTask,
  waitOf,
} from "@dwld/queue";
import { isAlive } from "../machine/living-processes.ts";

/** How long the answer to who lives, and who is next, is used again, however many calls there are. */
const reuseMs = 500;

type Living = { readonly workers: readonly Troubles[]; readonly senders: readonly Sender[] };

/** Tells the reasons for tasks' waits, from the table alone. */
export class WaitReader {
  readonly #database: Database;
  readonly #defaultSiteParallel: number;
  readonly #deliveredBy: Surroundings["deliveredBy"];
  readonly #now: () => number;
  #living: (Living & { readAtMs: number }) | undefined;
  #line: { readAtMs: number; places: ReadonlyMap<number, number> } | undefined;

  /** @param now milliseconds since the epoch. */
  constructor(
    database: Database,
    {
      defaultSiteParallel,
      deliveredBy,
      now,
    }: { defaultSiteParallel: number; deliveredBy: Surroundings["deliveredBy"]; now: () => number },
  ) {
    this.#database = database;
    this.#defaultSiteParallel = defaultSiteParallel;
    this.#deliveredBy = deliveredBy;
    this.#now = now;
  }

  /**
   * Reads what the waits of some tasks depend on, and returns a function that tells them, for one answer.
   *
   * @param known sites that were read already.
   */
  async begin(
    tasks: readonly WaitingTask[],
    known: readonly SiteRow[] = [],
  ): Promise<(task: WaitingTask) => Wait | undefined> {
    const nowMs = this.#now();
    const queued = tasks.filter(({ state }) => state === "QUEUED");
    const sites = new Map<string, SiteRow | undefined>(known.map((site) => [site.name, site]));
    for (const { site } of queued) if (!sites.has(site)) sites.set(site, await findSite(this.#database, site));
    const living = await this.#readLiving(nowMs);
    const due = queued.filter(({ not_before }) => not_before === null || not_before <= nowMs);
    const line = await this.#readLine(due, nowMs);
    const around: Surroundings = {
      nowMs,
      defaultSiteParallel: this.#defaultSiteParallel,
      deliveredBy: this.#deliveredBy,
      siteOf: (name) => sites.get(name),
      ...living,
      placeOf: ({ seq }) => line.get(seq),
    };
    return (task) => waitOf(task, around);
  }

  async #readLiving(nowMs: number): Promise<Living> {
    if (isFresh(this.#living, nowMs)) return this.#living;
    const living = (await listProcesses(this.#database)).filter((row) => isAlive(row, nowMs));
    const of = (app: string) =>
      living.filter((row) => row.app === app).map((row) => ({ host: row.host, troubles: parseTroubles(row) }));
    this.#living = {
      readAtMs: nowMs,
      workers: of("worker").map(({ troubles }) => troubles),
      senders: of(this.#deliveredBy),
    };
    return this.#living;
  }

  /** A line that is not full is read again for a task that is not in it: the task may be new. */
  async #readLine(tasks: readonly WaitingTask[], nowMs: number): Promise<ReadonlyMap<number, number>> {
    const read = isFresh(this.#line, nowMs) ? this.#line.places : undefined;
    const isKnown = ({ seq }: WaitingTask) => read?.has(seq) === true || read?.size === countedPlaces;
    if (tasks.every(isKnown)) return read ?? new Map();
    const line = await firstInLine(this.#database, { defaultSiteParallel: this.#defaultSiteParallel, now: nowMs });
    const places = new Map(line.map((seq, index) => [seq, index + 1]));
    this.#line = { readAtMs: nowMs, places };
    return places;
  }
}

/** A clock that was set back makes everything old. */
function isFresh<Read extends { readAtMs: number }>(read: Read | undefined, nowMs: number): read is Read {
  return read !== undefined && nowMs >= read.readAtMs && nowMs - read.readAtMs < reuseMs;
}
