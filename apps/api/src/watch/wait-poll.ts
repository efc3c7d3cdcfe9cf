import {
  type Database,
  sitesInWait,
  type SiteRow,
  type TaskRow,
  waitedUntil,
  waitingForDelivery,
  type WaitingTask,
  waitingOf,
} from "@dwld/queue";
import type { Wait } from "@dwld/rpc";
import { SingleFlight } from "@dwld/timing";
import { waitMessage } from "../wait/wait-message.ts";
import type { WaitReader } from "../wait/wait-reader.ts";

/** The contract's "first 200 in the line of a site, and of the server". */
const toldTasks = 200;

/** More sites are never waited for at once; those beyond are told by GetTask and ListTasks alone. */
const maxSites = 1000;

/** The most waits that are kept, or told to a watcher that comes back. */
const maxTold = 1000;

export type WaitUpdate = {
  readonly row: TaskRow;
  readonly message: Wait;
  /** The poll in which it was new. */
  readonly tick: number;
};

/** The condition of the server, among those of the sites: no site has an empty name. */
const delivery = "";

/**
 * Notices when waiting tasks wait for another reason, although no row of theirs has changed: a time that came while all
 * places are taken, a pause that began or ended, a worker that came or went, a full disk, a server that is away. It
 * compares what a due task of each site would wait for, once for all watchers, and tells a change when it has held for
 * two polls: the end of each download makes a place for a moment.
 */
export class WaitPoll {
  readonly #database: Database;
  readonly #waits: WaitReader;
  readonly #now: () => number;
  /** The condition that was told last and the one that the last poll saw, by site. */
  #known = new Map<string, { told: string; seen: string }>();
  readonly #told = new Map<string, WaitUpdate>();
  readonly #polling = new SingleFlight(() => this.#poll());
  #tick = 0;
  #polledAtMs = Infinity;

  constructor(database: Database, waits: WaitReader, now: () => number) {
    this.#database = database;
    this.#waits = waits;
    this.#now = now;
  }

  /** Never two at once: each compares with what the one before saw. */
  async poll(): Promise<void> {
    await this.#polling.run();
  }

  /** The newest poll that brought something. */
  get tick(): number {
    return this.#tick;
  }

  async #poll(): Promise<void> {
    const nowMs = this.#now();
    const sites = await sitesInWait(this.#database, nowMs, maxSites);
    const waitOf = await this.#waits.begin([], sites);
    const conditions = new Map(sites.map((site) => [site.name, JSON.stringify(waitOf(dueTask(site)))]));
    conditions.set(delivery, JSON.stringify(waitOf({ ...anyTask, state: "READY_TO_SEND" })));
    const changed = [...conditions].flatMap(([site, condition]) => (this.#isNews(site, condition) ? [site] : []));
    // A condition that nobody waits for any more is new when somebody does again.
    this.#known = new Map([...this.#known].filter(([site]) => conditions.has(site)));
    const rows: TaskRow[] = [];
    for (const site of changed) rows.push(...(await this.#waitingFor(site)));
    rows.push(...(await waitedUntil(this.#database, { after: this.#polledAtMs, until: nowMs }, toldTasks)));
    this.#polledAtMs = nowMs;
    if (rows.length > 0) this.#tell(rows, await this.#waits.begin(rows, sites));
  }

  /** The present waits of the first tasks in each line, for a watcher that was away while reasons changed. */
  async present(): Promise<Omit<WaitUpdate, "tick">[]> {
    const sites = await sitesInWait(this.#database, this.#now(), maxSites);
    const rows: TaskRow[] = [];
    for (const site of [delivery, ...sites.map(({ name }) => name)]) {
      if (rows.length >= maxTold) break;
      rows.push(...(await this.#waitingFor(site)));
    }
    const waitOf = await this.#waits.begin(rows, sites);
    return rows.flatMap((row) => {
      const wait = waitOf(row);
      return wait === undefined ? [] : [{ row, message: waitMessage(wait, row) }];
    });
  }

  after(tick: number): WaitUpdate[] {
    return [...this.#told.values()].filter((told) => told.tick > tick);
  }

  /** The task has changed, and was told whole. */
  forget(id: string): void {
    this.#told.delete(id);
  }

  isNewest(told: WaitUpdate): boolean {
    return this.#told.get(told.row.id) === told;
  }

  async #waitingFor(site: string): Promise<TaskRow[]> {
    return site === delivery
      ? await waitingForDelivery(this.#database, toldTasks)
      : await waitingOf(this.#database, site, toldTasks);
  }

  #isNews(site: string, condition: string): boolean {
    const known = this.#known.get(site) ?? { told: condition, seen: condition };
    const isNews = condition !== known.told && condition === known.seen;
    this.#known.set(site, { told: isNews ? condition : known.told, seen: condition });
    return isNews;
  }

  #tell(rows: readonly TaskRow[], waitOf: Awaited<ReturnType<WaitReader["begin"]>>): void {
    this.#tick += 1;
    for (const row of rows) {
      const wait = waitOf(row);
      if (wait === undefined) continue;
      // The task moves behind the others, since the oldest go first.
      this.#told.delete(row.id);
      this.#told.set(row.id, { row, message: waitMessage(wait, row), tick: this.#tick });
    }
    for (const id of [...this.#told.keys()].slice(0, Math.max(0, this.#told.size - maxTold))) this.#told.delete(id);
  }
}

const anyTask = {
  site: "",
  host: "",
  not_before: null,
  failure_class: null,
  wants_room_bytes: null,
  seq: -1,
  created_at: 0,
  updated_at: 0,
};

function dueTask({ name }: SiteRow): WaitingTask {
  return { ...anyTask, state: "QUEUED", site: name };
}
