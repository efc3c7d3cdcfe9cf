import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { listProcesses } from "../leases/process-registry.ts";
import { countTasks } from "../tasks/list-tasks.ts";
import { addedTask, freshDatabase, row } from "../testing/fresh-database.ts";
import { recordUse } from "../testing/intercept.ts";
import { aborted, done, startTestRunner } from "../testing/test-runner.ts";
import type { DownloadWork } from "./handler.ts";

test("runner: beside slow runs, a site with nothing in work begins, one that has some waits, and `spare` is the end", async (t) => {
  const database = await freshDatabase(t);
  const begun: string[] = [];
  const works: DownloadWork[] = [];
  const all = Promise.withResolvers<void>();
  await startTestRunner(
    t,
    database,
    async (work) => {
      begun.push(work.lease.task.site);
      works.push(work);
      await all.promise;
      return done;
    },
    { parallel: 2, spare: 2 },
  );
  for (const site of ["a", "b", "a", "c", "d", "e"]) await addedTask(database, { site });
  await eventually("the places are taken", () => begun.length === 2);
  works[0]?.markPace("slow");
  await eventually("one more", () => begun.length === 3);
  works[1]?.markPace("slow");
  await eventually("and another", () => begun.length === 4);
  assert.deepEqual(begun, ["a", "b", "c", "d"]);
  for (const work of works) work.markPace("slow");
  all.resolve();
  await eventually("all done", async () => (await countTasks(database, "all")).DONE === 6);
  assert.deepEqual(begun.slice(4).toSorted(), ["a", "e"]);
});

test("runner: if no slot is spare, the run that was slow for longest makes room, and a recording never does", async (t) => {
  const database = await freshDatabase(t);
  const works = new Map<string, DownloadWork>();
  const yielded: string[] = [];
  const { runner } = await startTestRunner(
    t,
    database,
    async (work) => {
      works.set(work.lease.task.site, work);
      const reason = await aborted(work.signal);
      if (reason === "yield") yielded.push(work.lease.task.site);
      return undefined;
    },
    { parallel: 1, spare: 2, yieldMs: 600_000 },
  );
  await addedTask(database, { site: "live" });
  await eventually("one runs", () => works.size === 1);
  works.get("live")?.markPace("slow_recording");
  for (const [site, running] of [
    ["a", 2],
    ["b", 3],
  ] as const) {
    await addedTask(database, { site });
    await eventually(`${site} runs`, () => works.size === running);
    works.get(site)?.markPace("slow");
  }
  await addedTask(database, { site: "c" });
  await eventually("c runs", () => works.has("c"));
  assert.deepEqual(yielded, ["a"]);
  await addedTask(database, { site: "d" });
  await addedTask(database, { site: "b" });
  works.get("c")?.markPace("slow");
  await eventually("d runs", () => works.has("d"));
  assert.deepEqual(yielded, ["a", "b"]);
  await runner.stop(AbortSignal.abort());
});

/** All slots are taken, by slow runs of the sites a and b, of which the second one was claimed when its time came. */
async function allSlow(t: TestContext) {
  const database = await freshDatabase(t);
  const works = new Map<string, DownloadWork>();
  const yielded: string[] = [];
  await startTestRunner(
    t,
    database,
    async (work) => {
      const { site } = work.lease.task;
      works.set(site, work);
      if ((await aborted(work.signal)) === "yield") yielded.push(site);
      return undefined;
    },
    { parallel: 1, spare: 1, yieldMs: 600_000 },
  );
  await addedTask(database, { site: "a" });
  await eventually("a runs", () => works.has("a"));
  works.get("a")?.markPace("slow");
  await addedTask(database, { site: "b", startAfter: 2 }, 1);
  await eventually("b runs", () => works.has("b"));
  works.get("b")?.markPace("slow");
  const heartbeat = async () => (await listProcesses(database))[0]?.heartbeat ?? 0;
  const heartbeats = async (count: number) => {
    const start = await heartbeat();
    await eventually(`${count} heartbeats`, async () => (await heartbeat()) >= start + count);
  };
  return { database, works, yielded, heartbeats };
}

test("runner: one whose slots are all taken by slow runs does not spin, whatever became due before", async (t) => {
  const { database, heartbeats } = await allSlow(t);
  const { statements } = recordUse(database);
  await heartbeats(20);
  const looks = statements.filter((sql) => sql.includes('AS "isOpen"')).length;
  assert(looks < 20, `${looks} looks in 20 heartbeats`);
});

test("runner: a slow run makes room when the time comes of a site with nothing in work, and for no other site", async (t) => {
  const { database, works, yielded, heartbeats } = await allSlow(t);
  const waiting = await addedTask(database, { site: "b", startAfter: Date.now() + 50 }, Date.now());
  await eventually("its time has come", async () => (await row(database, waiting.seq)).not_before === null);
  await heartbeats(20);
  assert.deepEqual(yielded, []);
  await addedTask(database, { site: "c", startAfter: Date.now() + 50 }, Date.now());
  await eventually("c runs", () => works.has("c"));
  assert.deepEqual(yielded, ["a"]);
});
