import { hostname } from "node:os";
import { defaultOptions, type TaskOptions } from "@dwld/options";
import {
  addTask,
  cancelTask,
  type Database,
  endAttempt,
  type Facts,
  type FailureFacts,
  filesOf,
  type Lease,
  noteFacts,
  type RegisteredProcess,
  registerProcess,
  startAttempt,
} from "@dwld/queue";
import {
  claimTask,
  openLocation,
  recordDelivered,
  reserveName,
  settleDelivery,
  settleDownload,
} from "@dwld/queue/testing";
import type { Dwld } from "@dwld/testbed";
import { dayMs } from "@dwld/timing";

/** The host of the api that the page asks. */
const byHand = { name: hostname(), shared: "", dataId: "by hand" };

/** A link as somebody asked for it. */
export interface Asked {
  link: string;
  /** Default: its host. */
  site?: string;
  chatId?: string;
  userName?: string;
  folder?: string;
  targetQuality?: number;
  options?: Partial<TaskOptions>;
  /** Milliseconds since the epoch. */
  startAfter?: number;
}

export interface Arrived {
  name: string;
  sizeBytes: number;
  verifiedBy?: string;
  /** How the result differs from what was asked for. */
  remark?: { en: string; ru: string };
  facts?: Facts;
}

export interface Failed {
  failure: FailureFacts;
  /** When it is tried again, ms since the epoch; null: never. */
  retryAt: number | null;
  /** The site rests until then, ms since the epoch. */
  pausedUntil?: number;
  /** The space on the disk for which the task waits. */
  requiredFreeBytes?: number;
  stderr?: string;
  facts?: Facts;
}

const ytdlpVersion = "2026.10.26";
/** The worker's, which is not too old on any day: the page would say so. */
const monthMs = 30 * dayMs;
const newVersion = new Date(Date.now() - monthMs).toISOString().slice(0, 10).replaceAll("-", ".");
const anyParallel = 1000;

/**
 * Stands in for a worker and a sender at the table of a running dwld, by the queue's own verbs: makes states that real runs
 * reach seldom or slowly. The api shows them as those of any other process.
 */
export class TableByHand implements AsyncDisposable {
  readonly #database: Database;
  readonly #processes: readonly RegisteredProcess[];

  private constructor(database: Database, processes: readonly RegisteredProcess[]) {
    this.#database = database;
    this.#processes = processes;
  }

  static async open(dwld: Pick<Dwld, "database">): Promise<TableByHand> {
    const database = await openLocation(dwld.database);
    const processes: RegisteredProcess[] = [];
    for (const app of ["worker", "ftp-sender"] as const) {
      const events = { onError: raise };
      processes.push(
        await registerProcess(database, { app, host: byHand, version: "by hand", pid: process.pid }, events),
      );
    }
    for (const one of processes) one.setYtdlpVersion(one.app === "worker" ? newVersion : "");
    return new TableByHand(database, processes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#processes) await one.close();
    await this.#database.close();
  }

  /** Tells the operator of a trouble of the worker or the sender, from their next heartbeat on; empty: it is over. */
  setTrouble(app: "worker" | "ftp-sender", ...trouble: Parameters<RegisteredProcess["setTrouble"]>): void {
    for (const one of this.#processes) if (one.app === app) one.setTrouble(...trouble);
  }

  /** Adds a task, and returns its id. */
  async add({ link, options = {}, ...asked }: Asked): Promise<string> {
    const request = {
      ...{ link, site: new URL(link).hostname, chatId: "web", userName: "", folder: "", targetQuality: 0 },
      ...asked,
      options: { ...defaultOptions, ...options },
    };
    return (await addTask(this.#database, request, Date.now())).task.id;
  }

  /** Makes a task that a worker downloads, with what is known so far. */
  async downloading(asked: Asked, facts: Facts = {}): Promise<Lease> {
    const lease = await this.#claim("download", await this.add(asked));
    if (Object.keys(facts).length > 0) await noteFacts(this.#database, lease, facts);
    return lease;
  }

  /** Makes a task of which one attempt has failed. */
  async failed(asked: Asked, failed: Failed): Promise<string> {
    const lease = await this.downloading(asked, failed.facts);
    return await this.fail(lease, failed);
  }

  /** Lets the attempt under way fail. */
  async fail(lease: Lease, { failure, retryAt, pausedUntil, stderr = "", ...rest }: Failed): Promise<string> {
    const { attempt, startedAt } = await this.#attempt(lease);
    const result = { outcome: "failed", failure, exitCode: 1, downloadedBytes: 0, stderrTail: stderr } as const;
    await endAttempt(this.#database, lease, { row: attempt, result }, startedAt + 2000);
    const verdict = { verdict: "pause", reason: failure.failureClass, baseMs: 1000, maxMs: 1000 } as const;
    const site = pausedUntil === undefined ? {} : { site: { ...verdict, untilMs: pausedUntil } };
    const space = rest.requiredFreeBytes === undefined ? {} : { requiredFreeBytes: rest.requiredFreeBytes };
    await settleDownload(this.#database, lease, { outcome: "failed", failure, retryAt, ...site, ...space }, Date.now());
    return lease.task.id;
  }

  /** Makes a task that is downloaded, and waits for its delivery. */
  async ready(asked: Asked, { name, sizeBytes, remark, facts = {} }: Arrived): Promise<string> {
    const lease = await this.downloading(asked, facts);
    const { attempt } = await this.#attempt(lease);
    const result = { outcome: "succeeded", exitCode: 0, downloadedBytes: sizeBytes, stderrTail: "" } as const;
    const { seq, id } = lease.task;
    const file = { name, localPath: `/nowhere/${seq}/${name}`, sizeBytes, sha256: String(seq).padStart(64, "0") };
    const { expectedBytes: _, progress: __, ...media } = facts;
    await settleDownload(
      this.#database,
      lease,
      { outcome: "downloaded", files: [file], media, host: hostname(), remark, attempt: { row: attempt, result } },
      Date.now(),
    );
    return id;
  }

  /** Makes a task whose file a sender uploads. */
  async sending(asked: Asked, arrived: Arrived): Promise<Lease> {
    const lease = await this.#claim("delivery", await this.ready(asked, arrived));
    const { progress } = arrived.facts ?? {};
    if (progress !== undefined) await noteFacts(this.#database, lease, { progress });
    return lease;
  }

  async done(asked: Asked, arrived: Arrived): Promise<string> {
    const { name, verifiedBy = "size and SHA-256" } = arrived;
    const lease = await this.sending(asked, arrived);
    const [file] = await filesOf(this.#database, [lease.task.seq]);
    if (file === undefined) throw new Error(`task ${lease.task.id} has no file`);
    const path = `/videos/${asked.userName ?? ""}/${lease.task.seq}/${name}`;
    const remote = { destination: "ftp://nas.example:21", path };
    await reserveName(this.#database, lease, file, { name: remote, part: `${path}.part` });
    await recordDelivered(this.#database, lease, { file, path, verifiedBy }, Date.now());
    await settleDelivery(this.#database, lease, { outcome: "delivered" }, Date.now());
    return lease.task.id;
  }

  /** Makes a task that was a playlist, whose entries are tasks of their own. */
  async expanded(asked: Asked, title: string, entries: readonly { link: string; title: string }[]): Promise<string> {
    const lease = await this.downloading(asked);
    await settleDownload(this.#database, lease, { outcome: "expanded", title, entries, sites: {} }, Date.now());
    return lease.task.id;
  }

  async canceled(asked: Asked): Promise<string> {
    const id = await this.add(asked);
    await cancelTask(this.#database, { id, scope: "all" }, Date.now());
    return id;
  }

  async #attempt(lease: Lease) {
    const startedAt = Date.now() - 3000;
    const attempt = await startAttempt(
      this.#database,
      lease,
      { host: byHand.name, stage: "default", ytdlpVersion },
      startedAt,
    );
    if (attempt === undefined) throw new Error(`the lease of task ${lease.task.id} is lost`);
    return { attempt, startedAt };
  }

  /** Claims this task, and gives those before it in line back. */
  async #claim(kind: "download" | "delivery", id: string): Promise<Lease> {
    const owner = this.#processes.find(({ app }) => app === (kind === "download" ? "worker" : "ftp-sender"));
    const claimant = { processId: owner?.processId ?? "", host: byHand, defaultSiteParallel: anyParallel };
    const others: Lease[] = [];
    for (;;) {
      const lease = await claimTask(this.#database, kind, claimant, Date.now());
      if (lease === undefined) throw new Error(`task ${id} cannot be claimed`);
      if (lease.task.id !== id) {
        others.push(lease);
        continue;
      }
      const settle = kind === "download" ? settleDownload : settleDelivery;
      for (const other of others) await settle(this.#database, other, { outcome: "interrupted" }, Date.now());
      return lease;
    }
  }
}

function raise(error: unknown): never {
  throw error;
}
