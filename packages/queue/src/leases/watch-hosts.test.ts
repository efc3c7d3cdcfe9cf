import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { hourMs } from "@dwld/timing";
import { enterHost, findHost } from "../hosts/host.ts";
import { HostWatch } from "../hosts/host-watch.ts";
import { type Database, query } from "../store/database.ts";
import type { HostRow, ProcessRow } from "../store/schema-of-hosts.ts";
import { atEnd, downloadedTask, file, freshDatabase, row } from "../testing/fresh-database.ts";
import { beforeWrites } from "../testing/intercept.ts";
import { otherHost, testHost } from "../testing/test-host.ts";
import { forgetHost } from "./forget-host.ts";
import { hostTrouble, limitsTrouble, serializeLimits } from "./host-troubles.ts";
import { listProcesses, registerProcess } from "./process-registry.ts";
import { HostObserver } from "./watch-hosts.ts";

const timing = { heartbeatIntervalMs: 3000, leaseMs: 15_000 };
const there = otherHost("there");

/** A process that observes, beating and looking once an interval of a clock of the test. */
async function observing(t: TestContext, database: Database, { lostAfterMs = 0, host = testHost } = {}) {
  const self = { app: "api", host, version: "1", pid: process.pid } as const;
  const registered = await registerProcess(database, self, { onError: assert.ifError }, { intervalMs: 2 ** 30 });
  atEnd(t, () => registered.close());
  const forgotten: [string, number][] = [];
  const onForgotten = (name: string, restarted: number) => forgotten.push([name, restarted]);
  const observer = new HostObserver({ database, registered, lostAfterMs, onForgotten }, timing);
  let atMs = 0;
  const look = async (passedMs = timing.heartbeatIntervalMs, beats = true) => {
    atMs += passedMs;
    if (beats) await registered.beat();
    await observer.look(atMs);
  };
  return { look, forgotten, registered };
}

const silenceOf = async (database: Database) => (await findHost(database, there.name))?.silent_ms ?? assert.fail();

async function enter(database: Database, host = there): Promise<void> {
  await database.write(async (transaction) => await enterHost(transaction, host, 1));
}

test("silent hosts: silence is the time that observers saw, each second once, and ends with a sign of life", async (t) => {
  const database = await freshDatabase(t);
  await enter(database);
  const [one, two] = [await observing(t, database), await observing(t, database)];
  for (let count = 0; count < 21; count++) for (const { look } of [one, two]) await look();
  const silentMs = await silenceOf(database);
  assert(silentMs >= 15_000 && silentMs <= 60_000, String(silentMs));
  await enter(database);
  assert.equal(await silenceOf(database), 0);
});

test("silent hosts: what passes while the observer is frozen, or nobody can write, counts for nothing", async (t) => {
  const database = await freshDatabase(t);
  await enter(database);
  const { look } = await observing(t, database);
  await look();
  await look(hourMs);
  assert((await silenceOf(database)) <= 6000);
  for (let count = 0; count < 20; count++) await look(timing.heartbeatIntervalMs, false);
  assert((await silenceOf(database)) <= 6000);
});

test("silent hosts: an observer that saw less than another adds nothing", () => {
  const watch = new HostWatch("here", 10);
  const seen = (silent_ms: number, heartbeat = 1) => [{ name: "there", heartbeat, silent_ms } as HostRow];
  assert.deepEqual(watch.observe(seen(0), 5), []);
  assert.deepEqual(watch.observe(seen(7), 10), [], "another has added");
  assert.deepEqual(watch.observe(seen(7), 10), [{ name: "there", heartbeat: 1, silentMs: 7, observedMs: 10 }]);
  assert.deepEqual(watch.observe(seen(0, 2), 10), [], "it gave a sign of life");
});

test("silent hosts: a long silence is written ever more seldom, and at once when it is long enough to be lost", () => {
  const lostMs = 24 * hourMs;
  const watch = new HostWatch("here", timing.leaseMs, () => lostMs);
  let [silent_ms, writes] = [0, 0];
  const look = () => {
    for (const { silentMs, observedMs } of watch.observe([{ name: "there", heartbeat: 1, silent_ms } as HostRow], 3000))
      [silent_ms, writes] = [silentMs + observedMs, writes + 1];
  };
  for (let passedMs = 0; passedMs <= lostMs; passedMs += 3000) look();
  assert.equal(silent_ms, lostMs);
  assert(writes < 80, String(writes));
});

test("silent hosts: one that is silent for too long is declared gone by any process, and one that is back in time is not", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await downloadedTask(database, {}, [file], there.name);
  const { look, forgotten } = await observing(t, database, { lostAfterMs: 60_000 });
  for (let count = 0; count < 15; count++) await look();
  await enter(database);
  for (let count = 0; count < 15; count++) await look();
  assert.deepEqual(forgotten, []);
  for (let count = 0; count < 10; count++) await look();
  assert.deepEqual(forgotten, [[there.name, 1]]);
  assert.equal((await row(database, seq)).state, "QUEUED");
});

test("silent hosts: what another process began for a host that is gone is finished", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await downloadedTask(database, {}, [file], there.name);
  await database.write(
    async (transaction) =>
      await transaction.run(query.updateTable("hosts").set({ forgotten_at: 3 }).where("name", "=", there.name)),
  );
  const { look } = await observing(t, database);
  await look();
  assert.equal((await row(database, seq)).state, "QUEUED");
});

test("silent hosts: one that is gone, whose files others deliver, costs no writes", async (t) => {
  const database = await freshDatabase(t);
  const [gone, sharer] = [otherHost(there.name, "nfs"), otherHost("sharer", "nfs")];
  const { look } = await observing(t, database, { host: sharer });
  await enter(database, gone);
  const { seq } = await downloadedTask(database, {}, [file], gone.name);
  await forgetHost(database, gone.name, 2);
  let writes = 0;
  beforeWrites(database, () => {
    writes += 1;
  });
  for (let count = 0; count < 3; count++) await look(timing.heartbeatIntervalMs, false);
  assert.equal(writes, 0);
  assert.equal((await row(database, seq)).state, "READY_TO_SEND");
});

test("hosts that do not go together: two machines of one name, and a shared folder under two paths, are told", async (t) => {
  const database = await freshDatabase(t);
  const { look } = await observing(t, database);
  await look();
  const [own] = await listProcesses(database);
  assert(own !== undefined);
  const other = (identity: object, given: Partial<ProcessRow> = {}): ProcessRow => ({
    ...own,
    ...{ id: "other", pid: 77, identity: JSON.stringify({ ...(JSON.parse(own.identity) as object), ...identity }) },
    ...given,
  });
  const told = (one: ProcessRow) => hostTrouble(own, [one], []);
  assert.equal(told(other({})), "");
  assert.equal(told(other({ pidNamespace: "pid:[1]" })), "", "a container with the same data folder");
  assert.match(
    told(other({ pidNamespace: "pid:[1]" }, { data_id: "x" })),
    /two machines call themselves here.* 77, .*host: NAME/,
  );
  assert.match(told(other({ bootId: "another" })), /two machines/);
  assert.equal(told(other({ bootId: "another" }, { host: "there" })), "");
  const hosts = ["/srv/a", "/srv/b"].map(
    (downloads, index) => ({ name: ["here", "there"][index], shared: "nfs", downloads }) as HostRow,
  );
  assert.match(hostTrouble(own, [], hosts), /the shared folder nfs is \/srv\/a here and \/srv\/b on there/);
  assert.equal(
    hostTrouble(
      own,
      [],
      hosts.map((host) => ({ ...host, downloads: "/srv/a" })),
    ),
    "",
  );
});

test("hosts that do not go together: workers with other limits of sites say which, and only those that live", async (t) => {
  const database = await freshDatabase(t);
  const workers = [
    { a: { parallel: 1 }, b: {} },
    { b: {}, a: { parallel: 2 }, c: { startIntervalMs: 5 } },
  ];
  const rows: ProcessRow[] = [];
  for (const siteLimits of workers) {
    const self = { app: "worker", host: testHost, version: "1", pid: process.pid, siteLimits } as const;
    const registered = await registerProcess(database, self, { onError: assert.ifError }, { intervalMs: 2 ** 30 });
    atEnd(t, () => registered.close());
    rows.push(...(await listProcesses(database)).filter(({ id }) => id === registered.processId));
  }
  const [one, two] = rows;
  assert(one !== undefined && two !== undefined);
  assert.match(limitsTrouble(one, [two]), /have other limits for a, c: .*give both the same sites/);
  assert.equal(limitsTrouble(one, [{ ...two, site_limits: one.site_limits }]), "");
  assert.match(
    limitsTrouble(one, [{ ...two, site_limits: "" }, two]),
    /for a, c: /,
    "of an earlier version, nothing is known",
  );
  assert.equal(limitsTrouble({ ...one, app: "api", site_limits: "" }, [two]), "");
  assert.equal(serializeLimits({ b: {}, a: {} }), serializeLimits({ a: {}, b: { parallel: undefined } }));
});
