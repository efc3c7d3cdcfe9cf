import {
  countedPlaces,
  type Database,
  findSite,
  firstInLine,
  type Host,
  parseTroubles,
  reachesFiles,
  type Sender,
  type SiteRow,
  type WaitFacts,
  type Troubles,
  type Wait,
  type WaitingTask,
  waitOf,
} from "@dwld/queue";
import { readProcesses } from "../machine/living-processes.ts";

/** How long the living processes and the line are reused, ms. */
const reuseMs = 500;

type Living = { readonly workers: readonly Troubles[]; readonly senders: readonly Sender[] };

/** Reads the reasons for which tasks wait, from the table alone. */
export class WaitReader {
  readonly #database: Database;
  readonly #defaultSiteParallel: () => number;
  readonly #deliveredBy: WaitFacts["deliveredBy"];
  readonly #host: string;
  readonly #now: () => number;
  #living: (Living & { readAtMs: number }) | undefined;
  #line: { readAtMs: number; places: ReadonlyMap<number, number> } | undefined;

  /** @param host the name of this host. @param now milliseconds since the epoch. */
  constructor(
    database: Database,
    {
      defaultSiteParallel,
      deliveredBy,
      host,
      now,
    }: { defaultSiteParallel: () => number; deliveredBy: WaitFacts["deliveredBy"]; host: string; now: () => number },
  ) {
    this.#database = database;
    this.#defaultSiteParallel = defaultSiteParallel;
    this.#deliveredBy = deliveredBy;
    this.#host = host;
    this.#now = now;
  }

  /**
   * Reads the facts on which the waits of some tasks depend, and returns a function for the wait of each.
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
    const around: WaitFacts = {
      ...this.#rules(nowMs),
      siteOf: (name) => sites.get(name),
      ...living,
      placeOf: (task) => placeInLine(task, line),
    };
    return (task) => waitOf(task, around);
  }

  /** Returns a function for the wait of tasks of these sites, without their places in the line. */
  async beginWithoutPlaces(known: readonly SiteRow[]): Promise<(task: WaitingTask) => Wait | undefined> {
    const nowMs = this.#now();
    const sites = new Map(known.map((site) => [site.name, site]));
    const living = await this.#readLiving(nowMs);
    const around = {
      ...{ ...this.#rules(nowMs), ...living },
      siteOf: (name: string) => sites.get(name),
      placeOf: () => undefined,
    };
    return (task) => waitOf(task, around);
  }

  #rules(nowMs: number): Pick<WaitFacts, "nowMs" | "defaultSiteParallel" | "deliveredBy"> {
    return { nowMs, defaultSiteParallel: this.#defaultSiteParallel(), deliveredBy: this.#deliveredBy };
  }

  async #readLiving(nowMs: number): Promise<Living> {
    if (isFresh(this.#living, nowMs)) return this.#living;
    const { processes, hosts } = await readProcesses(this.#database, this.#host, nowMs);
    const named = (name: string): Host => hosts.find((host) => host.name === name) ?? { name, shared: "" };
    const of = (app: string) =>
      processes.filter(({ row, isAlive }) => isAlive && row.app === app).map(({ row }) => row);
    this.#living = {
      readAtMs: nowMs,
      workers: of("worker").map(parseTroubles),
      senders: of(this.#deliveredBy).map((row) => ({
        troubles: parseTroubles(row),
        reaches: (host) => reachesFiles(named(row.host), named(host)),
      })),
    };
    return this.#living;
  }

  /** Reads the line again if it is not full and a task is not in it: the task may be new. */
  async #readLine(tasks: readonly WaitingTask[], nowMs: number): Promise<ReadonlyMap<number, number>> {
    const read = isFresh(this.#line, nowMs) ? this.#line.places : undefined;
    const isKnown = ({ seq }: WaitingTask) => read?.has(seq) === true || read?.size === countedPlaces;
    if (tasks.every(isKnown)) return read ?? new Map();
    const line = await firstInLine(this.#database, { defaultSiteParallel: this.#defaultSiteParallel(), now: nowMs });
    const places = new Map(line.map((seq, index) => [seq, index + 1]));
    this.#line = { readAtMs: nowMs, places };
    return places;
  }
}

/**
 * Returns 1 for a due task that a whole line lacks: a worker has claimed it since its row was read, so it was the next.
 * Undefined if the place is further back than is counted, or if the task's own time has come but is not yet noted.
 */
function placeInLine({ seq, not_before }: WaitingTask, line: ReadonlyMap<number, number>): number | undefined {
  return line.get(seq) ?? (not_before === null && line.size < countedPlaces ? 1 : undefined);
}

/** Nothing is fresh if the clock was set back. */
function isFresh<Read extends { readAtMs: number }>(read: Read | undefined, nowMs: number): read is Read {
  return read !== undefined && nowMs >= read.readAtMs && nowMs - read.readAtMs < reuseMs;
}
