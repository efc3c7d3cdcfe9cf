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
import { waitMessage } from "../messages/wait-message.ts";
import type { WaitReader } from "../wait/wait-reader.ts";

/** "The first 200 tasks that wait in the line of a site, and of the server" of the contract. */
const tasksInLine = 200;

/** Limit of sites with waiting tasks; GetTask and ListTasks tell the waits of further ones. */
const maxSites = 1000;

/** Limit of waits that are kept, or sent to a watcher that comes back. */
const maxWaits = 1000;

export type WaitUpdate = {
  readonly row: TaskRow;
  readonly message: Wait;
  /** The number of the poll in which it was new. */
  readonly tick: number;
};

/** Stands for the server among the sites: no site has an empty name. */
const delivery = "";

/**
 * Notices that tasks wait for another reason although their rows have not changed: a time came while all places are taken,
 * a pause began or ended, a worker came or went, the disk is full, a server is away. It compares, once for all watchers,
 * the wait of a due task of each site. A change must hold for two polls, since the end of each download frees a place for
 * a moment.
 */
export class WaitPoll {
  readonly #database: Database;
  readonly #waits: WaitReader;
  readonly #now: () => number;
  /** The wait that was sent last and the one that the last poll saw, by site. */
  #known = new Map<string, { sent: string; seen: string }>();
  readonly #updates = new Map<string, WaitUpdate>();
  readonly #polling = new SingleFlight(() => this.#poll());
  #tick = 0;
  #polledAtMs: number | undefined;

  constructor(database: Database, waits: WaitReader, now: () => number) {
    this.#database = database;
    this.#waits = waits;
    this.#now = now;
  }

  /** Polls run one after another, since each compares with the one before. */
  async poll(): Promise<void> {
    await this.#polling.run();
  }

  /** The number of the newest poll that found something new. */
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
    // A site without waiting tasks is forgotten: its next wait is new.
    this.#known = new Map([...this.#known].filter(([site]) => conditions.has(site)));
    const rows: TaskRow[] = [];
    for (const site of changed) rows.push(...(await this.#waitingFor(site)));
    const after = this.#polledAtMs;
    if (after !== undefined) rows.push(...(await waitedUntil(this.#database, { after, until: nowMs }, tasksInLine)));
    this.#polledAtMs = nowMs;
    if (rows.length > 0) this.#record(rows, await this.#waits.begin(rows, sites));
  }

  /** Returns the present waits of the first tasks in each line, for a watcher that was away. */
  async present(): Promise<Omit<WaitUpdate, "tick">[]> {
    const sites = await sitesInWait(this.#database, this.#now(), maxSites);
    const rows: TaskRow[] = [];
    for (const site of [delivery, ...sites.map(({ name }) => name)]) {
      if (rows.length >= maxWaits) break;
      rows.push(...(await this.#waitingFor(site)));
    }
    const waitOf = await this.#waits.begin(rows, sites);
    return rows.flatMap((row) => {
      const wait = waitOf(row);
      return wait === undefined ? [] : [{ row, message: waitMessage(wait, row) }];
    });
  }

  after(tick: number): WaitUpdate[] {
    return [...this.#updates.values()].filter((told) => told.tick > tick);
  }

  /** Forgets the wait of a task whose change was sent as a whole. */
  forget(id: string): void {
    this.#updates.delete(id);
  }

  isNewest(told: WaitUpdate): boolean {
    return this.#updates.get(told.row.id) === told;
  }

  async #waitingFor(site: string): Promise<TaskRow[]> {
    return site === delivery
      ? await waitingForDelivery(this.#database, tasksInLine)
      : await waitingOf(this.#database, site, tasksInLine);
  }

  #isNews(site: string, condition: string): boolean {
    const known = this.#known.get(site) ?? { sent: condition, seen: condition };
    const isNews = condition !== known.sent && condition === known.seen;
    this.#known.set(site, { sent: isNews ? condition : known.sent, seen: condition });
    return isNews;
  }

  #record(rows: readonly TaskRow[], waitOf: Awaited<ReturnType<WaitReader["begin"]>>): void {
    this.#tick += 1;
    for (const row of rows) {
      const wait = waitOf(row);
      if (wait === undefined) continue;
      // Moves the task behind the others, since the oldest are dropped first.
      this.#updates.delete(row.id);
      this.#updates.set(row.id, { row, message: waitMessage(wait, row), tick: this.#tick });
    }
    for (const id of [...this.#updates.keys()].slice(0, Math.max(0, this.#updates.size - maxWaits)))
      this.#updates.delete(id);
  }
}

const anyTask = {
  site: "",
  host: "",
  not_before: null,
  failure_class: null,
  required_free_bytes: null,
  seq: -1,
  created_at: 0,
  updated_at: 0,
};

function dueTask({ name }: SiteRow): WaitingTask {
  return { ...anyTask, state: "QUEUED", site: name };
}
