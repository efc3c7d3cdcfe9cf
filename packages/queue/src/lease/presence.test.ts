import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import { query } from "../table/database.ts";
import { atEnd, freshDatabase } from "../fixture/fresh-database.ts";
import { beforeWrites } from "../fixture/intercept.ts";
import { until } from "../fixture/until.ts";
import { listProcesses } from "../task/list-tasks.ts";
import { enterProcess } from "./presence.ts";
import { identifyProcess } from "../table/process-identity.ts";
import { troubleText } from "./troubles.ts";

const self = { app: "worker", version: "1.2.3", pid: process.pid } as const;
const onError = assert.ifError;
const intervalMs = 5;

test("a process that entered is in the table with what it is, counts its beats, and is gone when it leaves", async (t) => {
  const database = await freshDatabase(t);
  const presence = await enterProcess(database, self, { onError }, () => 7, intervalMs);
  const [entered] = await listProcesses(database);
  assert(entered !== undefined);
  assert.deepEqual(
    [entered.id, entered.app, entered.version, entered.pid, entered.host, entered.started_at],
    [presence.processId, "worker", "1.2.3", process.pid, hostname(), 7],
  );
  assert.deepEqual(JSON.parse(entered.identity), identifyProcess(process.pid));
  presence.setTrouble("yt-dlp", "no yt-dlp");
  presence.setYtdlpVersion("2026.01.01");
  await until("beats with what was set", async () => {
    const [process] = await listProcesses(database);
    return process !== undefined && process.beat > 3 && troubleText(process) === "no yt-dlp";
  });
  assert.equal((await listProcesses(database))[0]?.ytdlp_version, "2026.01.01");
  await presence.close();
  assert.deepEqual(await listProcesses(database), []);
});

test("troubles of several kinds stand beside each other, and each goes by itself", async (t) => {
  const database = await freshDatabase(t);
  const presence = await enterProcess(database, self, { onError }, Date.now, intervalMs);
  atEnd(t, () => presence.close());
  const told = (trouble: string) =>
    until(trouble, async () => (await listProcesses(database)).map(troubleText).join("") === trouble);
  presence.setTrouble("space", "no room");
  presence.setTrouble("cookies", "no cookies");
  await told("no cookies; no room");
  presence.setTrouble("cookies", "");
  await told("no room");
  presence.setTrouble("space", "");
  await told("");
});

test("a process that others took for dead learns it, and enters anew under another id", async (t) => {
  const database = await freshDatabase(t);
  let evictions = 0;
  const events = {
    onError,
    onEvicted: async () => {
      evictions += 1;
      const [process] = await listProcesses(database);
      assert.equal(process?.id, presence.processId, "the new id is in the table before anybody hears of it");
    },
  };
  const presence = await enterProcess(database, self, events, Date.now, intervalMs);
  atEnd(t, () => presence.close());
  const before = presence.processId;
  await database.write(async (transaction) => await transaction.run(query.deleteFrom("processes")));
  await until("it entered anew", () => evictions > 0);
  assert.notEqual(presence.processId, before);
  assert.equal(evictions, 1);
});

test("a beat that cannot be written is reported, and the next one is tried", async (t) => {
  const database = await freshDatabase(t);
  const errors: unknown[] = [];
  const presence = await enterProcess(database, self, { onError: (error) => errors.push(error) }, Date.now, intervalMs);
  atEnd(t, () => presence.close());
  const end = beforeWrites(database, () => {
    end();
    throw new Error("locked");
  });
  await until("the error", () => errors.length > 0);
  const beat = (await listProcesses(database))[0]?.beat ?? 0;
  await until("more beats", async () => ((await listProcesses(database))[0]?.beat ?? 0) > beat + 2);
  assert.deepEqual(
    errors.map((error) => (error as Error).message),
    ["locked"],
  );
});

test("beats do not pile up before a locked database, and ring nobody", async (t) => {
  const database = await freshDatabase(t);
  const presence = await enterProcess(database, self, { onError }, Date.now, intervalMs);
  atEnd(t, () => presence.close());
  const lock = Promise.withResolvers<void>();
  const rings: boolean[] = [];
  let ticks = 0;
  beforeWrites(database, async (ring) => {
    rings.push(ring);
    await lock.promise;
  });
  const timer = setInterval(() => (ticks += 1), intervalMs);
  t.after(() => {
    clearInterval(timer);
  });
  await until("many intervals", () => ticks > 20 && rings.length > 0);
  assert.deepEqual(rings, [false]);
  lock.resolve();
});
