import BetterSqlite3 from "better-sqlite3";
import { type Kysely, sql } from "kysely";
import { addTask, type TaskRequest } from "../tasks/add-task.ts";
import { claimTask } from "../leases/claim-task.ts";
import { cancelTask } from "../tasks/cancel-task.ts";
import type { Database } from "../store/database.ts";
import { DatabaseError } from "../store/database-error.ts";
import type { LeaseTiming } from "../leases/expire-lease.ts";
import { migrate, migrations } from "../store/sqlite/migrate.ts";
import type { DatabaseLocation } from "../store/location.ts";
import { openLocation } from "./open-location.ts";
import { registerProcess, type RegisteredProcess } from "../leases/process-registry.ts";
import { type Runner, startRunner } from "../runner/runner.ts";
import { aborted, boundsOf } from "./test-runner.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { testHost } from "./test-host.ts";

/** The actions that a test can ask of another process: see `start-process.ts`. */
export type Actions = {
  open: (location: DatabaseLocation) => Promise<void>;
  /** Migrates the schema to that of a newer version: each task has a column "later". */
  upgrade: (path: string) => Promise<void>;
  add: (requests: readonly TaskRequest[]) => Promise<string[]>;
  /** Adds links one by one, each an event "accepted", until the table refuses one. */
  addUntilRefused: (request: TaskRequest) => Promise<{ ids: string[]; problem: string; message: string }>;
  /** Adds two tasks in one transaction, again and again, each time an event "added", until `endPairs`. */
  addPairs: (request: TaskRequest) => Promise<void>;
  endPairs: () => Promise<void>;
  cancel: (id: string) => Promise<void>;
  /**
   * Claims until there is nothing left. Each task is done at once, unless it is canceled first. Returns the seqs of the
   * done ones.
   */
  claimAll: () => Promise<number[]>;
  /** Holds the write lock for some milliseconds, with its event loop blocked. */
  lock: (heldMs: number) => Promise<void>;
  /** From now on, each notification is an event "notified". */
  listen: () => Promise<void>;
  enter: (timing: LeaseTiming) => Promise<void>;
  /** Starts a runner whose tasks end by their signal alone: events "started" and "aborted", with the reason. */
  run: (parallel: number, timing: LeaseTiming) => Promise<void>;
  close: () => Promise<void>;
};

export type Message = { event: string; detail?: unknown } | { answer: unknown } | { error: object };

const state: {
  pairs: boolean;
  adding?: Promise<void>;
  database?: Database;
  registered?: RegisteredProcess;
  runner?: Runner;
} = {
  pairs: false,
};

function opened(): Database {
  if (state.database === undefined) throw new Error("nothing was opened");
  return state.database;
}

function tell(event: string, detail?: unknown): void {
  send({ event, detail });
}

function onError(error: unknown): void {
  tell("error", error instanceof Error ? error.message : error);
}

const actions: Actions = {
  open: async (location) => {
    state.database = await openLocation(location);
  },
  upgrade: async (path) => {
    const sqlite = new BetterSqlite3(path, { timeout: 10_000 });
    const up = (kysely: Kysely<unknown>) =>
      sql`ALTER TABLE tasks ADD COLUMN later TEXT NOT NULL DEFAULT 'made by the newer'`.execute(kysely);
    await migrate(sqlite, path, { ...migrations, "9999-later": { up: async (kysely) => void (await up(kysely)) } });
    sqlite.close();
  },
  addUntilRefused: async (request) => {
    const ids: string[] = [];
    while (ids.length < 5000)
      try {
        const link = `${request.link}/${ids.length}`;
        const { task } = await addTask(opened(), { ...request, link }, 1);
        ids.push(task.id);
        tell("accepted");
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        return { ids, problem: error.problem, message: error.message };
      }
    return { ids, problem: "", message: "it was never refused" };
  },
  add: async (requests) => {
    const added = await Promise.all(requests.map((request) => addTask(opened(), request, 1)));
    return added.map(({ task }) => task.id);
  },
  addPairs: async ({ link, ...rest }) => {
    const adding = async () => {
      for (let count = 0; state.pairs; count += 1) {
        const pair = [`${link}/${count}/a`, `${link}/${count}/b`];
        await Promise.all(pair.map((one) => addTask(opened(), { ...rest, link: one }, 1)));
        tell("added");
      }
    };
    state.pairs = true;
    state.adding = adding().catch(onError);
    await Promise.resolve();
  },
  endPairs: async () => {
    state.pairs = false;
    await state.adding;
  },
  cancel: async (id) => {
    await cancelTask(opened(), { id, scope: "all" }, 1);
  },
  claimAll: async () => {
    const seqs: number[] = [];
    for (;;) {
      const claimant = { processId: `process ${process.pid}`, defaultSiteParallel: 1000 };
      const lease = await claimTask(opened(), "download", claimant, 1);
      if (lease === undefined) return seqs;
      const outcome = { outcome: "expanded", title: "", entries: [], sites: {} } as const;
      if ((await settleDownload(opened(), lease, outcome, 1)) === "settled") seqs.push(lease.task.seq);
      else await releaseLease(opened(), lease);
    }
  },
  lock: async (heldMs) => {
    await opened().write(async () => {
      tell("locked");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, heldMs);
    });
  },
  listen: async () => {
    opened().notifier.listen(["changes"], () => {
      tell("notified");
    });
  },
  enter: async (timing) => {
    const onEvicted = () => {
      tell("evicted");
    };
    const self = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
    state.registered = await registerProcess(
      opened(),
      self,
      { onEvicted, onError },
      { intervalMs: timing.heartbeatIntervalMs },
    );
  },
  run: async (parallel, timing) => {
    await actions.enter(timing);
    if (state.registered === undefined) throw new Error("not entered");
    state.runner = startRunner({
      database: opened(),
      registered: state.registered,
      kind: "download",
      parallel,
      defaultSiteParallel: 1000,
      timing,
      boundsOf,
      onError,
      handler: {
        run: async ({ lease, signal }) => {
          tell("started", lease.task.id);
          const reason = await aborted(signal);
          tell("aborted", { id: lease.task.id, reason });
          return undefined;
        },
        discard: async () => {},
      },
    });
  },
  close: async () => {
    await state.runner?.stop(AbortSignal.abort());
    await state.registered?.close();
    await state.database?.close();
  },
};

function send(message: Message): void {
  process.send?.(message);
}

process.on("message", ({ action, given }: { action: keyof Actions; given: unknown[] }) => {
  const run = actions[action] as (...args: unknown[]) => Promise<unknown>;
  run(...given).then(
    (answer) => {
      send({ answer });
    },
    (error: unknown) => {
      const { message } = error as Error;
      send({ error: error instanceof DatabaseError ? { message, problem: error.problem } : { message } });
    },
  );
});
tell("up");
