import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { attemptsOf, startAttempt } from "../attempts/attempt.ts";
import { allHosts, enterHost, findHost } from "../hosts/host.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { type Database, query } from "../store/database.ts";
import { filesOf } from "../tasks/list-tasks.ts";
import { retryTask } from "../tasks/cancel-task.ts";
import { giveUpDelivery } from "../remote-files/give-up-delivery.ts";
import { reserveName } from "../testing/record-delivery.ts";
import { addedTask, atEnd, claimed, file, freshDatabase, row } from "../testing/fresh-database.ts";
import { otherHost, testHost } from "../testing/test-host.ts";
import { claimTask } from "./claim-task.ts";
import { foreseeForgetting, forgetHost, isHostAlive } from "./forget-host.ts";
import { leaseMs, listProcesses, registerProcess } from "./process-registry.ts";

const there = otherHost("there");
const never = 2 ** 30;

/** Makes a task whose files wait on a host, with the attempt that brought them. */
async function waitingOn(database: Database, host: string) {
  const { seq, id } = await addedTask(database);
  const lease = await claimed(database);
  const attempt = await startAttempt(database, lease, { host, stage: "s", ytdlpVersion: "1" }, 1);
  assert(attempt !== undefined);
  const result = { outcome: "succeeded", downloadedBytes: 10, stderrTail: "" } as const;
  const outcome = { outcome: "downloaded", files: [file], media: {}, host, attempt: { row: attempt, result } } as const;
  assert.equal(await settleDownload(database, lease, outcome, 2), "settled");
  return { seq, id };
}

async function registered(t: TestContext, database: Database, host = there) {
  const self = { app: "worker", host, version: "1", pid: process.pid } as const;
  const worker = await registerProcess(database, self, { onError: assert.ifError }, { intervalMs: never });
  atEnd(t, () => worker.close());
  return worker;
}

async function silence(database: Database, name: string, silent_ms = leaseMs): Promise<void> {
  await database.write(
    async (transaction) =>
      await transaction.run(query.updateTable("hosts").set({ silent_ms }).where("name", "=", name)),
  );
}

test("forgotten host: what waits there starts again elsewhere, with all attempts, its names free and the reason in its timeline", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await waitingOn(database, there.name);
  const own = await waitingOn(database, testHost.name);
  const sending = await claimTask(database, "delivery", { processId: "p", host: there, defaultSiteParallel: 9 }, 3);
  assert.equal(sending?.task.id, id);
  const [sent] = await filesOf(database, [seq]);
  assert(sent !== undefined);
  const name = { destination: "ftp://nas.example:21", path: "/v.mp4" };
  await reserveName(database, sending, sent, { name, part: "/v.part" });
  const gone = await registered(t, database);
  await database.write(
    async (transaction) =>
      await transaction.run(query.updateTable("tasks").set({ process_id: gone.processId }).where("seq", "=", seq)),
  );
  assert.equal(await foreseeForgetting(database, there.name), "alive");
  assert.equal(await forgetHost(database, there.name, 5), "alive");
  await silence(database, there.name);
  assert.deepEqual(await foreseeForgetting(database, there.name), { restarted: 1 });
  assert.deepEqual(await forgetHost(database, there.name, 5), { restarted: 1 });
  const { state, attempt_count, round, owner, host } = await row(database, seq);
  assert.deepEqual([state, attempt_count, round, owner, host], ["QUEUED", 0, 2, null, ""]);
  assert.match(
    (await attemptsOf(database, seq))[0]?.remark_texts ?? "",
    /is gone: it is downloaded again.*скачиваем заново/,
  );
  assert.deepEqual(await filesOf(database, [seq]), []);
  const parts = await database.all(query.selectFrom("remote_parts").select(["path", "remove_after"]));
  assert.deepEqual(parts, [{ path: "/v.part", remove_after: 0 }], "others remove what it began");
  assert.equal((await row(database, own.seq)).state, "READY_TO_SEND");
  assert.equal((await claimed(database)).task.id, id);
  assert.deepEqual(
    (await listProcesses(database)).map(({ host: named }) => named),
    [],
  );
});

test("forgotten host: one that is unknown or was forgotten before is told", async (t) => {
  const database = await freshDatabase(t);
  assert.equal(await forgetHost(database, "nowhere", 5), "unknown");
  assert.equal(await forgetHost(database, "", 5), "unknown");
  await waitingOn(database, there.name);
  assert.deepEqual(await forgetHost(database, there.name, 5), { restarted: 1 });
  assert.equal(await forgetHost(database, there.name, 6), "unknown");
  assert.deepEqual(
    (await allHosts(database)).map(({ name, forgotten_at }) => [name, forgotten_at]),
    [[there.name, 5]],
  );
});

test("forgotten host: many tasks start again in several steps, and none twice", async (t) => {
  const database = await freshDatabase(t);
  const count = 230;
  // At once, so that each step is a commit of all.
  const each = <Result>(step: () => Promise<Result>) => Promise.all(Array.from({ length: count }, step));
  await each(() => addedTask(database));
  const leases = await each(() => claimed(database));
  const outcome = { outcome: "downloaded", files: [file], media: {}, host: there.name } as const;
  await Promise.all(leases.map((lease) => settleDownload(database, lease, outcome, 2)));
  assert.deepEqual(await forgetHost(database, there.name, 5), { restarted: count });
  assert.deepEqual(
    [(await findHost(database, there.name))?.waiting_tasks, (await findHost(database, there.name))?.waiting_bytes],
    [0, 0],
  );
});

test("forgotten host: files that another host shares are delivered by that one", async (t) => {
  const database = await freshDatabase(t);
  const [gone, sharer] = [otherHost("gone", "nfs"), otherHost("sharer", "nfs")];
  await database.write(async (transaction) => {
    for (const host of [gone, sharer]) await enterHost(transaction, host, 1);
  });
  const { id } = await waitingOn(database, gone.name);
  assert.deepEqual(await foreseeForgetting(database, gone.name), { restarted: 0 });
  assert.deepEqual(await forgetHost(database, gone.name, 5), { restarted: 0 });
  const lease = await claimTask(database, "delivery", { processId: "p", host: sharer, defaultSiteParallel: 9 }, 6);
  assert.equal(lease?.task.id, id);
});

test("forgotten host: it comes back by entering anew, and finds its leases gone", async (t) => {
  const database = await freshDatabase(t);
  const worker = await registered(t, database);
  const before = worker.processId;
  const { seq } = await addedTask(database);
  const lease = await claimed(database, "download", 1, before);
  await silence(database, there.name);
  await forgetHost(database, there.name, 5);
  const late = { outcome: "downloaded", files: [file], media: {}, host: there.name } as const;
  assert.equal(await settleDownload(database, lease, late, 6), "lost");
  await worker.beat();
  assert.notEqual(worker.processId, before);
  const host = await findHost(database, there.name);
  assert.deepEqual([host?.forgotten_at, host?.silent_ms], [null, 0]);
  assert.equal(host !== undefined && (await isHostAlive(database, host)), true);
  assert.equal((await row(database, seq)).state, "QUEUED");
});

test("forgotten host: a failed delivery of it is retried from the start, and once it is back from the delivery", async (t) => {
  const database = await freshDatabase(t);
  const failure = { failureClass: "delivery", message: "m", advice: { en: "a", ru: "по-русски" } };
  const tasks = [await waitingOn(database, there.name), await waitingOn(database, there.name)];
  await giveUpDelivery(database, 10, failure, 11);
  await forgetHost(database, there.name, 12);
  const [first, second] = tasks;
  assert(first !== undefined && second !== undefined);
  await retryTask(database, { id: first.id, scope: "all" }, 13);
  assert.equal((await row(database, first.seq)).state, "QUEUED");
  await database.write(async (transaction) => await enterHost(transaction, there, 14));
  await retryTask(database, { id: second.id, scope: "all" }, 15);
  assert.equal((await row(database, second.seq)).state, "READY_TO_SEND");
});
