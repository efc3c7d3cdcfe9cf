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
   * Reads the sites of the tasks it is asked for once, and the line at most once: it is for one answer.
   *
   * @param known sites that were read.
   */
  begin(known: readonly SiteRow[] = []): (task: WaitingTask) => Wait | undefined {
    const nowMs = this.#now();
    const sites = new Map<string, SiteRow | undefined>(known.map((site) => [site.name, site]));
    let line = isFresh(this.#line, nowMs) ? this.#line.places : undefined;
    let isLineNew = false;
    const around: Surroundings = {
      nowMs,
      defaultSiteParallel: this.#defaultSiteParallel,
      deliveredBy: this.#deliveredBy,
      siteOf: (name) => {
        if (!sites.has(name)) sites.set(name, findSite(this.#database, name));
        return sites.get(name);
      },
      ...this.#readLiving(nowMs),
      placeOf: ({ seq }) => {
        // A made-up task, which stands for its site's, has no place.
        if (seq < 0) return undefined;
        // A line that is not full is read again for a task that is not in it: the task may be new.
        if (!isLineNew && !(line?.has(seq) || line?.size === countedPlaces)) {
          line = this.#readLine(nowMs);
          isLineNew = true;
        }
        return line?.get(seq);
      },
    };
    return (task) => waitOf(task, around);
  }

  #readLiving(nowMs: number): Living {
    if (isFresh(this.#living, nowMs)) return this.#living;
    const living = listProcesses(this.#database).filter((row) => isAlive(row, nowMs));
    const of = (app: string) =>
      living.filter((row) => row.app === app).map((row) => ({ host: row.host, troubles: parseTroubles(row) }));
    this.#living = {
      readAtMs: nowMs,
      workers: of("worker").map(({ troubles }) => troubles),
      senders: of(this.#deliveredBy),
    };
    return this.#living;
  }

  #readLine(nowMs: number): ReadonlyMap<number, number> {
    const line = firstInLine(this.#database, { defaultSiteParallel: this.#defaultSiteParallel, now: nowMs });
    const places = new Map(line.map((seq, index) => [seq, index + 1]));
    this.#line = { readAtMs: nowMs, places };
    return places;
  }
}

/** A clock that was set back makes everything old. */
function isFresh<Read extends { readAtMs: number }>(read: Read | undefined, nowMs: number): read is Read {
  return read !== undefined && nowMs >= read.readAtMs && nowMs - read.readAtMs < reuseMs;
}
