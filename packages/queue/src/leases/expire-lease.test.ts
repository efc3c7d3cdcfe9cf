import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { cancelTask, deleteTask } from "../tasks/cancel-task.ts";
import { type Database, query } from "../store/database.ts";
import { expireLeases, LeaseWatch } from "./expire-lease.ts";
import {
  addedTask,
  atEnd,
  claimed,
  downloadedTask,
  freshDatabase,
  row,
  rowIfThere,
} from "../testing/fresh-database.ts";
import { beforeWrites } from "../testing/intercept.ts";
import { startProcess } from "../testing/start-process.ts";
import { listProcesses, registerProcess } from "./process-registry.ts";
import { identifyProcess } from "../store/process-identity.ts";
import type { ProcessRow } from "../store/schema-of-hosts.ts";
import { testHost } from "../testing/test-host.ts";

const timing = { heartbeatIntervalMs: 3000, leaseMs: 15_000 };

function processRow(id: string, given: Partial<ProcessRow> = {}): ProcessRow {
  return {
    id,
    app: "worker",
    host: "elsewhere",
    pid: 1,
    identity: "null",
    version: "1",
    started_at: 0,
    heartbeat: 0,
    seen_at: 0,
    troubles: "{}",
    ytdlp_version: "",
    walls: "null",
    data_id: "",
    site_limits: "",
    ...given,
  };
}

/** Looks once an interval at processes with given heartbeats. Returns the dead ones. */
function looking(watch: LeaseWatch) {
  let atMs = 0;
  return (heartbeats: Record<string, number>, passedMs = timing.heartbeatIntervalMs) => {
    atMs += passedMs;
    const rows = Object.entries(heartbeats).map(([id, heartbeat]) => processRow(id, { heartbeat }));
    return watch.findDead(rows, atMs, "own").map(({ id }) => id);
  };
}

test("dead processes: a process is dead when its heartbeat has not changed for the lease's time of the observer's clock", () => {
  const look = looking(new LeaseWatch(timing));
  for (let own = 0; own <= 5; own++) assert.deepEqual(look({ own, still: 7, alive: own }), []);
  assert.deepEqual(look({ own: 6, still: 7, alive: 6 }), ["still"]);
});

test("dead processes: a heartbeat at the last moment proves life", () => {
  const look = looking(new LeaseWatch(timing));
  for (let own = 0; own <= 5; own++) look({ own, late: 7 });
  for (let own = 6; own <= 11; own++) assert.deepEqual(look({ own, late: 8 }), []);
  assert.deepEqual(look({ own: 12, late: 8 }), ["late"]);
});

test("dead processes: after the whole machine was frozen, no process is dead", () => {
  const look = looking(new LeaseWatch(timing));
  look({ own: 1, other: 1 });
  assert.deepEqual(look({ own: 2, other: 1 }, 3_600_000), []);
  assert.deepEqual(look({ own: 3, other: 2 }), []);
});

test("dead processes: while the database is locked for all, no process dies", () => {
  const look = looking(new LeaseWatch(timing));
  look({ own: 1, other: 1 });
  for (let count = 0; count < 20; count++) assert.deepEqual(look({ own: 1, other: 1 }), []);
  assert.deepEqual(look({ own: 2, other: 1 }), []);
});

test("dead processes: heartbeats and looks that drift apart cost no time", () => {
  const look = looking(new LeaseWatch(timing));
  look({ own: 0, still: 7 });
  // Two heartbeats between two looks, then none.
  for (const own of [0, 2, 2, 4, 4]) assert.deepEqual(look({ own, still: 7 }), []);
  assert.deepEqual(look({ own: 6, still: 7 }), ["still"]);
});

test("dead processes: an observer is never dead to itself, and one that was evicted begins to observe anew", () => {
  const watch = new LeaseWatch(timing);
  const look = looking(watch);
  for (let count = 0; count < 20; count++) assert.deepEqual(look({ own: 1 }), []);
  const gone = processRow("own", {
    host: "here",
    identity: JSON.stringify({ pid: 1, startTicks: -1, bootId: "" }),
  });
  assert.deepEqual(watch.findDead([gone], 1e9, "own"), []);
  const seen = (id: string, heartbeat: number, atMs: number) =>
    watch.findDead([processRow("other", { heartbeat: 1 }), processRow(id, { heartbeat })], atMs, id);
  assert.deepEqual(seen("own", 1, 2e9), []);
  assert.deepEqual(seen("new", 900, 3e9), []);
  assert.deepEqual(watch.findDead([processRow("other", { heartbeat: 1 })], 4e9, "new"), []);
});

test("dead processes: a process that is gone is dead at once on the same host, boot and pid namespace, and nowhere else", () => {
  const watch = new LeaseWatch(timing);
  const identity = identifyProcess(process.pid);
  const gone = { ...identity, startTicks: 1 };
  const here = (id: string, named: object | null) => processRow(id, { host: "here", identity: JSON.stringify(named) });
  const rows = [
    here("own", identity ?? null),
    here("gone", gone),
    here("lives", identity ?? null),
    here("unknown", null),
    here("another boot", { ...gone, bootId: "another" }),
    here("another container", { ...gone, pidNamespace: "pid:[1]" }),
    processRow("far", { host: "elsewhere", identity: JSON.stringify(gone) }),
  ];
  const dead = (ownId: string) => watch.findDead(rows, 0, ownId).map(({ id }) => id);
  assert.deepEqual(dead("own"), ["gone"]);
  assert.deepEqual(dead("nobody"), [], "an observer that is not registered has no host");
});

test("expired leases: tasks of a dead process are requeued, released or deleted, and those of others stay", async (t) => {
  const database = await freshDatabase(t);
  const [dead, alive] = [await entered(database, { startTicks: 1 }), await entered(database, {})];
  const claim = async (kind: "download" | "delivery", processId: string) => {
    await (kind === "download" ? addedTask(database) : downloadedTask(database));
    return await claimed(database, kind, 1, processId);
  };
  const download = await claim("download", dead);
  const canceled = await claim("download", dead);
  const deleted = await claim("download", dead);
  const others = await claim("download", alive);
  const delivery = await claim("delivery", dead);
  await cancelTask(database, { id: canceled.task.id, scope: "all" }, 2);
  await deleteTask(database, { id: deleted.task.id, scope: "all" }, true, 2);
  assert.equal(await expireLeases(database, new LeaseWatch(), alive, 3), 4);
  const states: unknown[] = [];
  for (const { task } of [download, delivery, canceled, others]) {
    const { state, owner, interruption_count, attempt_count } = await row(database, task.seq);
    states.push([state, owner, interruption_count, attempt_count]);
  }
  assert.deepEqual(states, [
    ["QUEUED", null, 1, 0],
    ["READY_TO_SEND", null, 1, 0],
    ["CANCELED", null, 0, 0],
    ["DOWNLOADING", others.token, 0, 0],
  ]);
  assert.equal(await rowIfThere(database, deleted.task.seq), undefined);
  assert.deepEqual(
    (await listProcesses(database)).map(({ id }) => id),
    [alive],
  );
  assert.equal(await expireLeases(database, new LeaseWatch(), alive, 4), 0);
});

test("expired leases: the lease of an unregistered process is requeued, since it ended or was evicted before it claimed", async (t) => {
  const database = await freshDatabase(t);
  const own = await entered(database, {});
  const { seq } = await addedTask(database);
  await claimed(database, "download", 1, "evicted");
  assert.equal(await expireLeases(database, new LeaseWatch(), own, 3), 1);
  assert.equal((await row(database, seq)).state, "QUEUED");
});

test("expired leases: a heartbeat between the look and the eviction proves life", async (t) => {
  const database = await freshDatabase(t);
  const id = await entered(database, { startTicks: 1 });
  await addedTask(database);
  const lease = await claimed(database, "download", 1, id);
  const end = beforeWrites(database, async () => {
    end();
    await database.write(
      async (transaction) =>
        await transaction.run(query.updateTable("processes").set({ heartbeat: 1 }).where("id", "=", id)),
    );
  });
  assert.equal(await expireLeases(database, new LeaseWatch(), "own", 3), 0);
  assert.equal((await row(database, lease.task.seq)).owner, lease.token);
});

test("expired leases: a killed worker is noticed at the next look, and another takes its task", async (t) => {
  const database = await freshDatabase(t);
  const own = await entered(database, {});
  const killed = await startProcess(t, fork);
  await killed.ask("open", database.location);
  await killed.ask("run", 1, timing);
  const { seq } = await addedTask(database);
  await killed.told("started");
  assert.equal(await expireLeases(database, new LeaseWatch(timing), own, 3), 0, "it lives");
  await killed.kill("SIGKILL");
  assert.equal(await expireLeases(database, new LeaseWatch(timing), own, 3), 1);
  assert.equal((await row(database, seq)).state, "QUEUED");
  assert.equal((await claimed(database, "download", Date.now())).task.interruption_count, 1);
});

test("expired leases: a frozen worker loses its task when its lease expires, and learns it when it wakes", async (t) => {
  const short = { heartbeatIntervalMs: 50, leaseMs: 400 };
  const database = await freshDatabase(t);
  const own = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
  const registered = await registerProcess(
    database,
    own,
    { onError: assert.ifError },
    { intervalMs: short.heartbeatIntervalMs },
  );
  atEnd(t, () => registered.close());
  const frozen = await startProcess(t, fork);
  await frozen.ask("open", database.location);
  await frozen.ask("run", 1, short);
  const { seq, id } = await addedTask(database);
  await frozen.told("started");
  await frozen.freeze(database.location);
  const watch = new LeaseWatch(short);
  let looks = 0;
  await eventually("its lease is over", async () => {
    looks += 1;
    return (await expireLeases(database, watch, registered.processId, 3)) === 1;
  });
  assert(looks > 3, "it was not noticed at once");
  const lease = await claimed(database, "download", Date.now(), registered.processId);
  assert.equal(lease.task.id, id);
  frozen.thaw();
  assert.deepEqual(await frozen.told("aborted"), { id, reason: "lost" });
  await frozen.told("evicted");
  assert.equal((await row(database, seq)).owner, lease.token, "the successor keeps it");
  assert.equal(frozen.count("error"), 0);
  assert.equal(frozen.count("started"), 1);
});

/** Registers a process that runs, or one with another start time that does not. */
async function entered(database: Database, given: { startTicks?: number }): Promise<string> {
  const id = `process ${(await listProcesses(database)).length}`;
  const identity = JSON.stringify({ ...identifyProcess(process.pid), ...given });
  await database.write(
    async (transaction) =>
      await transaction.run(query.insertInto("processes").values(processRow(id, { host: "here", identity }))),
  );
  return id;
}
