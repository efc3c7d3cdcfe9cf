import assert from "node:assert/strict";
import type { SiteVerdict } from "../sites/site-breaker.ts";
import { setSiteLimits } from "../sites/site-limits.ts";
import { attemptsOf, startAttempt } from "../attempts/attempt.ts";
import { noteFacts } from "../attempts/note-facts.ts";
import { makeDueIfFits, waitingForSpace } from "../attempts/required-space.ts";
import { enterHost } from "../hosts/host.ts";
import { type ClaimKind, claimTask, type Lease } from "../leases/claim-task.ts";
import { beginWaitsAnew } from "../leases/clock-jump.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import { forgetHost } from "../leases/forget-host.ts";
import { lookForWork } from "../leases/look-for-work.ts";
import { firstInLine } from "../leases/waiting-line.ts";
import { waitingOf } from "../leases/waiting-tasks.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { type Database, fixed } from "../store/database.ts";
import { taskStates } from "../store/task-state.ts";
import { type AddedTask, addTasks } from "../tasks/add-task.ts";
import { cancellation, cancelTask, deleteTask, retrial, retryTask } from "../tasks/cancel-task.ts";
import { changeTasks } from "../tasks/change-tasks.ts";
import { cleanHistory } from "../tasks/clean-history.ts";
import { importTasks } from "../tasks/import-tasks.ts";
import { countTasks, filesOf, listTasks } from "../tasks/list-tasks.ts";
import { searchTasks } from "../tasks/search-tasks.ts";
import { deliverDue, deliverFiles, file, request, sumOf } from "./fresh-database.ts";
import { randomFrom } from "./random-from.ts";
import { reserveName } from "./record-delivery.ts";
import { otherHost } from "./test-host.ts";

/** What was asked of a table, and its answer: false, 0 or undefined if nothing was done. */
export type Step = { readonly verb: string; readonly answer: unknown };

const failure = { failureClass: "c", message: "m", advice: { en: "a" } };
const oddTexts = ["", "a\0b", "half \uD83D", "🦊", "100 % _\\ 'x' \"y\" ?", `{"a":[1]}`, "И".repeat(3000)];
const never = new AbortController().signal;

/** Returns whether an answer tells that something was done or found. */
export function isSomething(answer: unknown): boolean {
  return answer !== undefined && answer !== false && answer !== 0 && answer !== "lost" && answer !== "not_found";
}

/** Asks the verbs of the queue at random. The same seed asks the same of each table, if its answers are the same. */
export class RandomWork {
  readonly #database: Database;
  readonly #random: (below: number) => number;
  readonly #leases: { kind: ClaimKind; lease: Lease }[] = [];
  readonly #verbs: Readonly<Record<string, () => Promise<unknown>>>;
  readonly #choices: readonly string[];
  #now = 1;
  #links = 0;
  #parts = 0;

  constructor(database: Database, seed: number) {
    this.#database = database;
    this.#random = randomFrom(seed);
    this.#verbs = { ...this.#changes(), ...this.#ends(), ...this.#looks() };
    this.#choices = [...this.verbs, ...["add", "add", "add", "claim", "claim", "claim", "settle", "settle", "settle"]];
  }

  get verbs(): string[] {
    return Object.keys(this.#verbs);
  }

  async step(): Promise<Step> {
    this.#now += this.#random(2);
    const verb = this.#oneOf(this.#choices);
    return { verb, answer: await this.#verbs[verb]?.() };
  }

  #oneOf<Value>(values: readonly Value[]): Value {
    const value = values[this.#random(values.length)];
    assert(value !== undefined);
    return value;
  }

  /** Returns true once in so many times. */
  #seldom(times: number): boolean {
    return this.#random(times) === 0;
  }

  #host() {
    return otherHost(`host ${this.#random(3)}`);
  }

  async #id(): Promise<string> {
    const some = fixed<{ id: string }>("SELECT id FROM tasks ORDER BY seq LIMIT 1 OFFSET ?", this.#random(30));
    return (await this.#database.get(some))?.id ?? "none";
  }

  #request() {
    const link = this.#seldom(3) ? `known ${this.#random(4)}` : `new ${++this.#links}`;
    const requestId = this.#seldom(2) ? { requestId: `request ${this.#random(20)}` } : {};
    return request({
      ...{ site: `site ${this.#random(4)}`, chatId: `chat ${this.#random(3)}`, ...requestId },
      link: `https://videos.example/${link}`,
      ...{ startAfter: this.#random(2) * (this.#now + this.#random(9)), title: this.#oneOf(oddTexts) },
    });
  }

  async #claim(kind: ClaimKind): Promise<unknown> {
    const claimant = {
      ...{ processId: `process ${this.#random(3)}`, host: this.#host() },
      ...{ defaultSiteParallel: 4, idleSitesOnly: this.#seldom(4) },
    };
    const lease = await claimTask(this.#database, kind, claimant, this.#now);
    if (lease === undefined) return undefined;
    this.#leases.push({ kind, lease });
    if (kind === "delivery") {
      const [first] = await filesOf(this.#database, [lease.task.seq]);
      assert(first !== undefined);
      const name = { destination: "ftp://nas.example:21", path: `/${this.#random(5)}` };
      return await reserveName(this.#database, lease, first, { name, part: `/${++this.#parts}.part` });
    }
    return [lease.task.seq, lease.task.rank];
  }

  async #settle(): Promise<unknown> {
    const held = this.#leases.splice(this.#random(this.#leases.length), 1).at(0);
    if (held === undefined) return undefined;
    const { kind, lease } = held;
    const retryAt = this.#oneOf([null, this.#now, this.#now + 5]);
    const failed = { outcome: "failed", failure, retryAt } as const;
    const interrupted = { outcome: "interrupted" } as const;
    const isDelivered = kind === "delivery" && this.#seldom(2);
    if (isDelivered) await deliverFiles(this.#database, lease);
    const settled =
      kind === "download"
        ? await settleDownload(this.#database, lease, this.#downloadOutcome(failed, interrupted), this.#now)
        : await settleDelivery(
            this.#database,
            lease,
            isDelivered ? { outcome: "delivered" } : this.#oneOf([failed, interrupted]),
            this.#now,
          );
    if (settled === "lost" && this.#seldom(2)) await releaseLease(this.#database, lease);
    return settled;
  }

  #downloadOutcome(
    failed: { outcome: "failed"; failure: typeof failure; retryAt: number | null },
    interrupted: { outcome: "interrupted" },
  ): Parameters<typeof settleDownload>[2] {
    const { name: host } = this.#host();
    const files = Array.from({ length: 1 + this.#random(2) }, (_, index) => ({ ...file, name: `${index}.mp4` }));
    const entries = [{ link: `https://tube.example/${this.#random(9)}`, title: this.#oneOf(oddTexts) }];
    const refusal = { reason: "rate", baseMs: 5, maxMs: 50 };
    const site = this.#oneOf<SiteVerdict>([
      { verdict: "answers" },
      { verdict: "pause", ...refusal },
      { verdict: "login_wall", ...refusal },
    ]);
    return this.#oneOf<Parameters<typeof settleDownload>[2]>([
      { ...failed, site },
      { ...failed, requiredFreeBytes: this.#random(1000) + 0.5 },
      interrupted,
      { outcome: "downloaded", files, media: { title: "t", durationSeconds: 1.5 }, host, countsBytes: this.#seldom(2) },
      { outcome: "expanded", title: "list", entries, sites: {} },
    ]);
  }

  #changes(): Record<string, () => Promise<unknown>> {
    return {
      add: async () => {
        const requests = Array.from({ length: 1 + this.#random(3) }, () => this.#request());
        const repeated = this.#seldom(4) ? requests.slice(0, 2) : [];
        const added = await addTasks(this.#database, [...requests, ...repeated], this.#now, this.#allowance());
        return added.map((result) => (result.status === "rejected" ? String(result.reason) : tellAdded(result.value)));
      },
      import: async () =>
        await importTasks(
          this.#database,
          [0, 1].map(() => ({
            ...{ key: `key ${this.#random(30)}`, request: this.#request() },
            ...(this.#seldom(2) ? { over: { remark: { en: "imported" } } } : {}),
          })),
          this.#now,
        ),
      limit: async () => {
        const sites = { "site 0": { parallel: this.#random(3) }, "site 9": { startIntervalMs: this.#random(9) } };
        await setSiteLimits(this.#database, sites);
        return true;
      },
      cancel: async () => told(await cancelTask(this.#database, { id: await this.#id(), scope: "all" }, this.#now)),
      retry: async () => told(await retryTask(this.#database, { id: await this.#id(), scope: "all" }, this.#now)),
      delete: async () =>
        told(await deleteTask(this.#database, { id: await this.#id(), scope: "all" }, this.#seldom(2), this.#now)),
      changeAll: async () => {
        if (!this.#seldom(4)) return undefined;
        const change = this.#oneOf([cancellation, retrial({})]);
        const selection = { scope: "all", filter: { states: [], chatId: `chat ${this.#random(3)}` } } as const;
        const how = { now: () => this.#now, counts: this.#seldom(4), signal: never };
        const outcomes: unknown[] = [];
        for await (const step of changeTasks(this.#database, change, selection, how)) outcomes.push(...step.map(told));
        return outcomes;
      },
      clean: async () =>
        this.#seldom(3) &&
        sumOf(await cleanHistory(this.#database, { scope: "all", states: [], finishedBefore: this.#now }, this.#now)),
      fail: async () => {
        // A whole transaction is undone.
        const undone = this.#database.write(async (transaction) => {
          await transaction.run(fixed("DELETE FROM tasks WHERE seq % 2 = 0"));
          throw new Error("undone");
        });
        await assert.rejects(undone, /undone/);
        return true;
      },
    };
  }

  #allowance() {
    return this.#seldom(3) ? { perChat: { waitingTasks: 5 + this.#random(9), bytesPerDay: 500 } } : {};
  }

  #ends(): Record<string, () => Promise<unknown>> {
    return {
      claim: () => this.#claim("download"),
      deliver: () => this.#claim("delivery"),
      settle: () => this.#settle(),
      attempt: async () => {
        const held = this.#leases.at(-1);
        if (held === undefined) return undefined;
        const begun = { stage: `stage ${this.#random(2)}`, host: this.#host().name, ytdlpVersion: "1" };
        const attempt = await startAttempt(this.#database, held.lease, begun, this.#now);
        return attempt?.number;
      },
      note: async () => {
        const held = this.#leases.at(-1);
        const facts = {
          title: this.#oneOf(oddTexts),
          durationSeconds: this.#random(99) / 7,
          expectedBytes: 2 ** 40 + 0.5,
        };
        return held !== undefined && (await noteFacts(this.#database, held.lease, facts));
      },
      room: async () => {
        const roomBytes = this.#oneOf([Infinity, this.#random(1000) + 0.25]);
        return [await waitingForSpace(this.#database), await makeDueIfFits(this.#database, roomBytes, this.#now)];
      },
      setBack: async () => this.#seldom(3) && (await beginWaitsAnew(this.#database, this.#now - 120_000)),
      // No process is registered, so all leases are over.
      expire: async () =>
        this.#seldom(3) && (await expireLeases(this.#database, new LeaseWatch(), "nobody", this.#now)),
      finish: async () => await deliverDue(this.#database, this.#now, this.#host()),
      // No host has a process, so none is alive.
      forget: async () => {
        const forgotten = this.#seldom(2) && (await forgetHost(this.#database, this.#host().name, this.#now));
        return typeof forgotten === "object" && forgotten;
      },
      comeBack: async () => {
        const { name } = this.#host();
        const host = otherHost(name, this.#seldom(3) ? "nfs" : "");
        await this.#database.write(async (transaction) => await enterHost(transaction, host, this.#now));
        return true;
      },
    };
  }

  #looks(): Record<string, () => Promise<unknown>> {
    const limits = { defaultSiteParallel: 4 };
    return {
      look: async () => [
        await lookForWork(this.#database, "download", { ...limits, idleSitesOnly: this.#seldom(2) }, this.#now),
        await lookForWork(this.#database, "delivery", { ...limits, host: this.#host() }, this.#now),
        await firstInLine(this.#database, { ...limits, now: this.#now }),
        (await waitingOf(this.#database, `site ${this.#random(4)}`, 9)).map(({ seq }) => seq),
      ],
      list: async () => {
        const chats = this.#oneOf([["chat 0"], ["chat 1", "chat \0"], ["half \uD83D"]]);
        const filter = {
          ...{ scope: this.#oneOf(["all", chats] as const), states: this.#seldom(2) ? [] : [this.#oneOf(taskStates)] },
          ...(this.#seldom(3) ? { parentId: await this.#id() } : {}),
        };
        const page = { limit: 1 + this.#random(9), ...(this.#seldom(2) ? { after: this.#random(30) } : {}) };
        const listed = await listTasks(this.#database, filter, page);
        const text = this.#oneOf(["%", "_", "\\", "и", "🦊", "\uD83D", "a\0b", "KNOWN"]);
        const found = await searchTasks(this.#database, { ...filter, text }, { limit: 5 });
        const [first] = listed;
        const attempts = first === undefined ? [] : await attemptsOf(this.#database, first.seq);
        return [
          ...[listed, found].map((tasks) => tasks.map(({ seq }) => seq)),
          [attempts.map(({ number }) => number), await countTasks(this.#database, filter.scope)],
        ];
      },
    };
  }
}

function tellAdded({ how, task }: AddedTask): unknown {
  return [how, task.seq, task.rank];
}

function told(result: object): unknown {
  return "refused" in result ? result.refused : "id" in result ? result.id : true;
}
