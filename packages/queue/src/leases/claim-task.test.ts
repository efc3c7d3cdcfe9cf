import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { test } from "node:test";
import { type ClaimKind, claimTask } from "./claim-task.ts";
import { lookForWork } from "./look-for-work.ts";
import { type Database, query } from "../store/database.ts";
import {
  addedTask,
  claimed,
  downloadedTask,
  file,
  freshDatabase,
  request,
  row,
  nextDueTime,
} from "../testing/fresh-database.ts";
import { startProcess } from "../testing/start-process.ts";
import { countTasks } from "../tasks/list-tasks.ts";
import { setSiteLimits } from "../sites/site-limits.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { otherHost, testHost } from "../testing/test-host.ts";
import { enterHost } from "../hosts/host.ts";

const pauseUntil90 = { verdict: "pause", reason: "network", baseMs: 1, maxMs: 1, untilMs: 90 } as const;
const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "по-русски" } };

test("claim: of 200 tasks that four processes claim at once, each is claimed once", async (t) => {
  const database = await freshDatabase(t);
  const processes = await Promise.all(Array.from({ length: 4 }, () => startProcess(t, fork)));
  await Promise.all(processes.map((other) => other.ask("open", database.location)));
  const tasks = await Promise.all(Array.from({ length: 200 }, (_, n) => addedTask(database, { chatId: `${n % 7}` })));
  const claimedSeqs = await Promise.all(processes.map((other) => other.ask("claimAll")));
  assert.deepEqual(
    claimedSeqs.flat().toSorted((a, b) => a - b),
    tasks.map(({ seq }) => seq),
  );
  assert.equal((await countTasks(database, "all")).DONE, 200);
});

test("claim: each lease has its own token, which is in the table with process and state", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  await addedTask(database);
  const [first, second] = [await claimed(database), await claimed(database, "download", 1, "another")];
  assert.notEqual(first.token, second.token);
  for (const [{ token, task }, processId] of [
    [first, "process"],
    [second, "another"],
  ] as const) {
    const { state, owner, process_id } = await row(database, task.seq);
    assert.deepEqual([state, owner, process_id], ["DOWNLOADING", token, processId]);
  }
  assert.equal(await claim(database), undefined, "nothing is left");
});

test("claim: a site's limit holds, its own before the default one, and other sites go on", async (t) => {
  const database = await freshDatabase(t);
  for (const site of ["one", "one", "one", "two", "two", "two"]) await addedTask(database, { site });
  await setSiteLimits(database, { one: { parallel: 1 } });
  const sites: string[] = [];
  for (let lease = await claim(database, 2); lease !== undefined; lease = await claim(database, 2))
    sites.push(lease.task.site);
  assert.deepEqual(sites.toSorted(), ["one", "two", "two"]);
});

test("claim of idle sites only: a site with a download in work waits, and the others go on in their order", async (t) => {
  const database = await freshDatabase(t);
  for (const site of ["busy", "busy", "idle", "other"]) await addedTask(database, { site });
  assert.equal((await claim(database, 5))?.task.site, "busy");
  const claimant = { processId: "process", defaultSiteParallel: 5, idleSitesOnly: true };
  const claimIdle = async () => (await claimTask(database, "download", claimant, 0))?.task.site;
  assert.deepEqual([await claimIdle(), await claimIdle(), await claimIdle()], ["idle", "other", undefined]);
  assert.equal((await claim(database, 5))?.task.site, "busy");
});

test("claim of idle sites only: the site that began a download longest ago is first, whoever waits longer", async (t) => {
  const database = await freshDatabase(t);
  for (const site of ["a", "a", "b"]) await addedTask(database, { site });
  const first = await claimed(database, "download", 5);
  assert.equal(first.task.site, "a");
  await settleDownload(database, first, { outcome: "interrupted", retryAt: 1000 }, 10);
  const claimant = { processId: "process", defaultSiteParallel: 5, idleSitesOnly: true };
  assert.equal((await claimTask(database, "download", claimant, 20))?.task.site, "b");
  assert.equal((await claimTask(database, "download", claimant, 20))?.task.site, "a");
  assert.equal((await row(database, first.task.seq)).not_before, 1000);
});

test("claim: a paused site waits until its pause is over, and that time is known", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database, { site: "paused" });
  await database.write(
    async (transaction) =>
      await transaction.run(query.updateTable("sites").set({ paused_until: 1000 }).where("name", "=", "paused")),
  );
  assert.equal(await nextDueTime(database, 999), 1000);
  assert.equal(await claim(database, 5, 999), undefined);
  assert.equal((await claim(database, 5, 1000))?.task.site, "paused");
  assert.equal(await nextDueTime(database, 1000), undefined);
});

test("claim: a task waits for its time, and that time is known", async (t) => {
  const database = await freshDatabase(t);
  const later = await addedTask(database, { startAfter: 2000 });
  const sooner = await addedTask(database, { startAfter: 1000 });
  assert.equal(await nextDueTime(database, 1), 1000);
  assert.equal(await claim(database, 5, 999), undefined);
  assert.equal((await claim(database, 5, 1000))?.task.id, sooner.id);
  assert.equal(await nextDueTime(database, 1000), 2000);
  assert.equal((await claim(database, 5, 3000))?.task.id, later.id, "also when its time is long over");
});

test("claim: 500 links of one chat do not keep another chat's link waiting", async (t) => {
  const database = await freshDatabase(t);
  await Promise.all(Array.from({ length: 500 }, () => addedTask(database, { chatId: "many" })));
  for (let n = 0; n < 20; n++) await claimed(database);
  await addedTask(database, { chatId: "few" });
  await addedTask(database, { chatId: "few" });
  const order = [];
  for (let n = 0; n < 4; n++) order.push((await claimed(database)).task.chat_id);
  assert.deepEqual(order, ["many", "few", "many", "few"]);
});

test("claim: a chat with many links is served in turn with one that keeps adding single links", async (t) => {
  const database = await freshDatabase(t);
  // A task that waits for next week, or for a paused site, does not hold the line.
  await addedTask(database, { chatId: "next week", startAfter: 1e9 });
  await addedTask(database, { chatId: "paused", site: "paused" });
  await setSiteLimits(database, { paused: { parallel: 0 } });
  await Promise.all(Array.from({ length: 30 }, () => addedTask(database, { chatId: "many" })));
  let served = 0;
  for (let n = 0; n < 40; n++) {
    await addedTask(database, { chatId: "single" });
    if ((await claimed(database)).task.chat_id === "many") served += 1;
  }
  assert.equal(served, 20);
});

test("claim: the order of the ranks holds across sites", async (t) => {
  const database = await freshDatabase(t);
  for (let n = 0; n < 3; n++) await addedTask(database, { chatId: "many", site: "one" });
  for (let n = 0; n < 2; n++) await addedTask(database, { chatId: "few", site: "two" });
  const order = [];
  for (let n = 0; n < 5; n++) order.push((await claimed(database)).task.chat_id);
  assert.deepEqual(order, ["many", "few", "many", "few", "many"]);
});

test("claim: a failed task keeps its place in the line, and a delivery is claimed in that order, too", async (t) => {
  const database = await freshDatabase(t);
  const [first, second] = [await addedTask(database), await addedTask(database)];
  const lease = await claimed(database);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: 1 }, 1);
  assert.equal((await claimed(database)).task.id, first.id);
  assert.equal((await claimed(database)).task.id, second.id);
  const [third, fourth] = [await downloadedTask(database), await downloadedTask(database)];
  const delivery = await claimed(database, "delivery");
  assert.equal(delivery.task.id, third.id);
  await settleDelivery(database, delivery, { outcome: "failed", failure, retryAt: 50 }, 2);
  assert.equal((await claimed(database, "delivery")).task.id, fourth.id);
  assert.equal(await claim(database, 5, 49, "delivery"), undefined);
  assert.equal((await claim(database, 5, 50, "delivery"))?.task.id, third.id);
});

test("claim: downloads are claimed for downloading alone, deliveries for delivery alone", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  assert.equal(await claim(database, 5, 1, "delivery"), undefined);
  await claimed(database);
  await downloadedTask(database, request());
  assert.equal(await claim(database), undefined);
  assert.equal((await claimed(database, "delivery")).task.state, "SENDING");
});

test("look: nothing is due for a site at its limit, or a pause", async (t) => {
  const database = await freshDatabase(t);
  const limits = { host: testHost, defaultSiteParallel: 1 };
  const look = (kind: ClaimKind, now = 1) => lookForWork(database, kind, limits, now);
  const nothing = { isDue: false, waitsForSpace: false, nextAt: undefined };
  assert.deepEqual(await look("download"), nothing);
  assert.deepEqual(await look("delivery"), nothing);
  for (const startAfter of [0, 0, 50]) await addedTask(database, { startAfter });
  assert.equal((await look("download")).isDue, true);
  const first = await claimed(database);
  assert.deepEqual(await look("download"), { ...nothing, nextAt: 50 }, "the site is full");
  assert.equal((await look("download", 50)).isDue, true, "a claim makes it due, and finds its site full");
  await settleDownload(database, first, { outcome: "failed", failure, retryAt: null, site: pauseUntil90 }, 2);
  assert.deepEqual(await look("download"), { ...nothing, nextAt: 50 });
  await claimTask(database, "download", { processId: "p", defaultSiteParallel: 1 }, 50);
  assert.deepEqual(await look("download", 51), { ...nothing, nextAt: 90 });
  assert.equal((await look("download", 90)).isDue, true);
});

async function claim(database: Database, defaultSiteParallel = 5, now = 1, kind: "download" | "delivery" = "download") {
  return await claimTask(database, kind, { processId: "process", host: testHost, defaultSiteParallel }, now);
}

/** Makes a task whose files are on a machine. */
async function waitingOn(database: Database, host: string): Promise<string> {
  const { id } = await addedTask(database);
  const outcome = { outcome: "downloaded", files: [file], media: {}, host } as const;
  await settleDownload(database, await claimed(database), outcome, 2);
  return id;
}

test("claim: a sender delivers the files of its own host, and those from before hosts had names", async (t) => {
  const database = await freshDatabase(t);
  const claimant = { processId: "p", host: testHost, defaultSiteParallel: 9 };
  await waitingOn(database, "elsewhere");
  assert.equal((await lookForWork(database, "delivery", claimant, 3)).isDue, false);
  assert.equal(await claimTask(database, "delivery", claimant, 3), undefined);
  const own = [
    await waitingOn(database, testHost.name),
    await waitingOn(database, ""),
    await waitingOn(database, "here"),
  ];
  assert.equal((await lookForWork(database, "delivery", claimant, 3)).isDue, true);
  for (const id of own) assert.equal((await claimTask(database, "delivery", claimant, 3))?.task.id, id);
  assert.equal(await claimTask(database, "delivery", claimant, 3), undefined);
});

test("claim: hosts that share a folder deliver each other's files, in the order of the line", async (t) => {
  const database = await freshDatabase(t);
  const hosts = [otherHost("one", "nfs"), otherHost("two", "nfs"), otherHost("three", "other nfs"), otherHost("four")];
  await database.write(async (transaction) => {
    for (const host of hosts) await enterHost(transaction, host, 1);
  });
  const ids: string[] = [];
  for (const name of ["three", "two", "four", "one", "two"]) ids.push(await waitingOn(database, name));
  const taken: Record<string, (string | undefined)[]> = {};
  for (const host of hosts.toReversed())
    for (
      let lease;
      (lease = await claimTask(database, "delivery", { processId: "p", host, defaultSiteParallel: 9 }, 3));
    )
      (taken[host.name] ??= []).push(lease.task.id);
  assert.deepEqual(taken, { four: [ids[2]], three: [ids[0]], two: [ids[1], ids[3], ids[4]] });
});
