import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { query } from "../store/database.ts";
import { atEnd, freshDatabase } from "../testing/fresh-database.ts";
import { beforeWrites } from "../testing/intercept.ts";
import { troubleText } from "../testing/trouble-text.ts";
import { listProcesses, registerProcess, wallsOf } from "./process-registry.ts";
import { identifyProcess } from "../store/process-identity.ts";
import { testHost } from "../testing/test-host.ts";

const self = { app: "worker", host: testHost, version: "1.2.3", pid: process.pid } as const;
const onError = assert.ifError;
const intervalMs = 5;

test("process registry: a registered process is in the table, counts its heartbeats, and is gone when it leaves", async (t) => {
  const database = await freshDatabase(t);
  const walls = { networkNamespace: true, sandbox: false, text: "no sandbox" };
  const registered = await registerProcess(database, { ...self, walls }, { onError }, { now: () => 7, intervalMs });
  const [entered] = await listProcesses(database);
  assert(entered !== undefined);
  assert.deepEqual(
    [entered.id, entered.app, entered.version, entered.pid, entered.host, entered.started_at],
    [registered.processId, "worker", "1.2.3", process.pid, "here", 7],
  );
  assert.deepEqual(wallsOf(entered), walls);
  assert.deepEqual(JSON.parse(entered.identity), identifyProcess(process.pid));
  registered.setTrouble("yt-dlp", "no yt-dlp");
  registered.setYtdlpVersion("2026.01.01");
  await eventually("heartbeats with what was set", async () => {
    const [process] = await listProcesses(database);
    return process !== undefined && process.heartbeat > 3 && troubleText(process) === "no yt-dlp";
  });
  assert.equal((await listProcesses(database))[0]?.ytdlp_version, "2026.01.01");
  await registered.close();
  assert.deepEqual(await listProcesses(database), []);
});

test("process registry: troubles of several kinds stand beside each other, and each ends by itself", async (t) => {
  const database = await freshDatabase(t);
  const registered = await registerProcess(database, self, { onError }, { intervalMs });
  atEnd(t, () => registered.close());
  const told = (trouble: string) =>
    eventually(trouble, async () => (await listProcesses(database)).map(troubleText).join("") === trouble);
  registered.setTrouble("space", "no room");
  registered.setTrouble("cookies", "no cookies");
  await told("no cookies; no room");
  registered.setTrouble("cookies", "");
  await told("no room");
  registered.setTrouble("space", "");
  await told("");
});

test("process registry: a process that others evicted learns it, and registers anew under another id", async (t) => {
  const database = await freshDatabase(t);
  let evictions = 0;
  const events = {
    onError,
    onEvicted: async () => {
      evictions += 1;
      const [process] = await listProcesses(database);
      assert.equal(process?.id, registered.processId, "the new id is in the table before anybody hears of it");
    },
  };
  const registered = await registerProcess(database, self, events, { intervalMs });
  atEnd(t, () => registered.close());
  const before = registered.processId;
  await database.write(async (transaction) => await transaction.run(query.deleteFrom("processes")));
  await eventually("it entered anew", () => evictions > 0);
  assert.notEqual(registered.processId, before);
  assert.equal(evictions, 1);
});

test("process registry: a heartbeat that cannot be written is reported, and the next one is tried", async (t) => {
  const database = await freshDatabase(t);
  const errors: unknown[] = [];
  const registered = await registerProcess(database, self, { onError: (error) => errors.push(error) }, { intervalMs });
  atEnd(t, () => registered.close());
  const end = beforeWrites(database, () => {
    end();
    throw new Error("locked");
  });
  await eventually("the error", () => errors.length > 0);
  const heartbeat = (await listProcesses(database))[0]?.heartbeat ?? 0;
  await eventually("more heartbeats", async () => ((await listProcesses(database))[0]?.heartbeat ?? 0) > heartbeat + 2);
  assert.deepEqual(
    errors.map((error) => (error as Error).message),
    ["locked"],
  );
});

test("process registry: heartbeats do not pile up before a locked database, and notify nobody", async (t) => {
  const database = await freshDatabase(t);
  const registered = await registerProcess(database, self, { onError }, { intervalMs });
  atEnd(t, () => registered.close());
  const lock = Promise.withResolvers<void>();
  const notifies: boolean[] = [];
  let ticks = 0;
  beforeWrites(database, async (notify) => {
    notifies.push(notify);
    await lock.promise;
  });
  const timer = setInterval(() => (ticks += 1), intervalMs);
  t.after(() => {
    clearInterval(timer);
  });
  await eventually("many intervals", () => ticks > 20 && notifies.length > 0);
  assert.deepEqual(notifies, [false]);
  lock.resolve();
});
