import assert from "node:assert/strict";
import { addTask } from "../tasks/add-task.ts";
import { insertEntries } from "../tasks/insert-entries.ts";
import { attemptsOf, endAttempt, noteProcessGroup, startAttempt, timelineOf } from "../attempts/attempt.ts";
import { cancelTask, deleteTask, retryTask } from "../tasks/cancel-task.ts";
import { claimTask } from "../leases/claim-task.ts";
import type { Database } from "../store/database.ts";
import { bytesByHour } from "../tasks/chat-bytes.ts";
import { cleanHistory, forgetTasks } from "../tasks/clean-history.ts";
import { markThere } from "../remote-files/deliver-file.ts";
import { recordDelivered, reserveName } from "./record-delivery.ts";
import { longestWaiting, otherSites, sitesNamed } from "../leases/longest-waiting.ts";
import { concludeNotices } from "../notices/notices.ts";
import { arrivalsBetween, brokenSites, cookiesSetAside } from "../notices/operator-facts.ts";
import {
  addressesOf,
  claimMessages,
  endOldMessages,
  failingSince,
  freeMessages,
  listLanes,
  sendingProcesses,
  settleMessage,
  waitingLanes,
} from "../outbox/outbox.ts";
import { lookForWork } from "../leases/look-for-work.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import { addedTask, claimed, downloadedTask, file, request, deliverDue } from "./fresh-database.ts";
import { giveUpDelivery } from "../remote-files/give-up-delivery.ts";
import { importTasks, knownKeys } from "../tasks/import-tasks.ts";
import { endedSince, deletedSince, workdirNeed } from "../tasks/pending-cleanup.ts";
import { changesSince, countTasks, filesOf, findOpenTasks, findTaskBySeq, listTasks } from "../tasks/list-tasks.ts";
import { listPausedSites } from "../sites/site-breaker.ts";
import { noteFacts } from "../attempts/note-facts.ts";
import { registerProcess } from "../leases/process-registry.ts";
import { makeDueIfFits, waitingBytes, waitingForSpace } from "../attempts/required-space.ts";
import { findThumbnail } from "../tasks/thumbnail.ts";
import { forgetPart, partsOf, partsToRemove, putOffRemoval } from "../remote-files/remote-parts.ts";
import { heldState } from "../leases/held-task.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { setSiteLimits } from "../sites/site-limits.ts";
import { testHost } from "./test-host.ts";
import { forgetYtdlpResults, noteYtdlpResults, ytdlpResults } from "../ytdlp/results.ts";
import { changeYtdlpVersions, noteYtdlpCheck, ytdlpChecks, ytdlpVersionsInUse } from "../ytdlp/versions.ts";

/** Calls each verb of the queue once at least, so that a test sees each of its statements. */
export async function everyVerb(database: Database): Promise<void> {
  const failure = { failureClass: "c", message: "m", advice: { en: "a", ru: "по-русски" } };
  const self = { app: "worker", host: testHost, version: "1", pid: process.pid } as const;
  const registered = await registerProcess(database, self, { onError: assert.ifError });
  const claimant = { processId: registered.processId, host: testHost, defaultSiteParallel: 9 };
  await setSiteLimits(database, { tube: { parallel: 9 } });
  await addTask(database, request({ requestId: "r", startAfter: 5 }), 1);
  const parent = await addedTask(database);
  const entries = [{ link: "https://tube.example/1", title: "" }];
  await database.write(async (transaction) => await insertEntries(transaction, parent, { entries, sites: {} }, 1));
  const lease = await claimTask(database, "download", claimant, 9);
  assert(lease !== undefined);
  for (const kind of ["download", "delivery"] as const) await lookForWork(database, kind, claimant, 9);
  const attempt = await startAttempt(database, lease, { host: "here", stage: "s", ytdlpVersion: "1" }, 9);
  assert(attempt !== undefined);
  await noteProcessGroup(database, attempt, { pid: 1, startTicks: 1, bootId: "" });
  const result = { outcome: "failed", downloadedBytes: 0, stderrTail: "" } as const;
  await endAttempt(database, lease, { row: attempt, result }, 9);
  await attemptsOf(database, lease.task.seq);
  await timelineOf(database, [lease.task.seq]);
  await database.write(async (transaction) => {
    await noteYtdlpResults(transaction, lease.task.site, [{ version: "1", kind: "worked" }], 9);
  });
  await ytdlpResults(database, ["1"]);
  await forgetYtdlpResults(database, 9);
  const version = { host: "here", version: "1", origin: "stable", pinned: 0, since: 9, reason: "" };
  await changeYtdlpVersions(database, "here", () => [{ ...version, state: "current", cause: "" }]);
  await changeYtdlpVersions(database, "here", () => []);
  await ytdlpVersionsInUse(database, "here");
  await noteYtdlpCheck(database, { host: "here", checked_at: 9, problem: "" });
  await ytdlpChecks(database);
  await noteFacts(database, lease, { title: "t", durationSeconds: 1, width: 1, height: 1 });
  await noteFacts(database, lease, { progress: {} });
  await noteFacts(database, lease, { expectedBytes: 1 });
  await noteFacts(database, lease, { thumbnail: Buffer.from("a JPEG") });
  await findThumbnail(database, lease.task.id, "all");
  await waitingBytes(database, testHost);
  await waitingForSpace(database);
  await heldState(database, lease);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: null }, 9);
  await retryTask(database, { id: lease.task.id, scope: "all" }, 9, { allowance: { perChat: { waitingTasks: 9 } } });
  await cancelTask(database, { id: lease.task.id, scope: "all" }, 9);
  const small = await claimed(database);
  await settleDownload(database, small, { outcome: "failed", failure, retryAt: 99, requiredFreeBytes: 1 }, 9);
  await makeDueIfFits(database, 1, 9);
  for (let count = 0; count < 2; count++) {
    const other = await claimTask(database, "download", claimant, 9);
    assert(other !== undefined);
    const outcome = { outcome: "downloaded", files: [file], media: {}, host: "here" } as const;
    await settleDownload(database, other, outcome, 9);
  }
  const delivery = await claimed(database, "delivery");
  const [sent] = await filesOf(database, [delivery.task.seq]);
  assert(sent !== undefined);
  const [destination, part] = ["ftp://nas.example:21", "/v.part"];
  await reserveName(database, delivery, sent, { name: { destination, path: "/v" }, part });
  await partsOf(database, sent, destination);
  await markThere(database, delivery, { file: sent, name: { destination, path: "/v" }, verifiedBy: "size" }, 9);
  await recordDelivered(database, delivery, { file: sent, part: { destination, path: part } }, 9);
  await partsToRemove(database, destination, 9, 9);
  await putOffRemoval(database, { destination, path: part }, 9);
  await forgetPart(database, { destination, path: part });
  await settleDelivery(database, delivery, { outcome: "delivered" }, 9);
  await deliverDue(database, 9);
  await downloadedTask(database);
  await giveUpDelivery(database, 99, failure, 9);
  // Tasks of a process that is not registered: claimed, canceled, deleted.
  for (let count = 0; count < 3; count++) await addedTask(database);
  const [, canceled, deleted] = [await claimed(database), await claimed(database), await claimed(database)];
  await cancelTask(database, { id: canceled.task.id, scope: "all" }, 9);
  await deleteTask(database, { id: deleted.task.id, scope: "all" }, true, 9);
  await releaseLease(database, canceled);
  await expireLeases(database, new LeaseWatch(), registered.processId, 9);
  await endedSince(database, 0);
  await deletedSince(database, 0);
  await workdirNeed(database, parent.id, testHost);
  await bytesByHour(database, ["chat"], 9);
  await countTasks(database, "all");
  await changesSince(database, 0, 9);
  await listPausedSites(database, 9);
  await failingSince(database);
  await longestWaiting(database);
  await otherSites(database, ["tube"]);
  await sitesNamed(database, ["tube"]);
  await listTasks(database, { scope: "all", states: [] }, { limit: 9 });
  await findOpenTasks(database, "chat", parent.link);
  await everyMessage(database, registered.processId);
  const imported = { key: "1", request: request(), over: {} };
  await importTasks(database, [imported, { key: "2", request: request() }], 9);
  await knownKeys(database, ["1", "2"]);
  await forgetTasks(database, [parent.id], 9);
  await cleanHistory(database, { scope: "all", states: [], finishedBefore: 99 }, 1e12);
  await registered.close();
}

async function everyMessage(database: Database, processId: string): Promise<void> {
  const lane = "tasks https://bot.example";
  const addresses = [{ url: "https://bot.example/1", lane }];
  const { task } = await addTask(database, request({ addresses }), 9);
  await addTask(database, { ...request({ addresses }), link: task.link }, 9);
  await cancelTask(database, { id: task.id, scope: "all" }, 9);
  await addressesOf(database, task.seq);
  await waitingLanes(database);
  for (const outcome of ["accepted", "given up"] as const)
    for (const row of await claimMessages(database, lane, { processId, most: 1 }, 9))
      await settleMessage(database, row, { outcome, answer: "" }, 9);
  await sendingProcesses(database);
  await freeMessages(database, "gone");
  const message = { lane: "email a@b.example", notice: "{}" };
  await concludeNotices(
    database,
    () => ({ rows: [noticeRow], forgotten: [{ kind: "disk", subject: "pi" }], messages: [message] }),
    9,
  );
  await endOldMessages(database, { before: 10, answer: "" }, 10);
  await listLanes(database);
  await brokenSites(database);
  await cookiesSetAside(database);
  await arrivalsBetween(database, 9e12, 9e12);
  await findTaskBySeq(database, task.seq);
}

const noticeRow = {
  ...{ kind: "disk", subject: "nas", texts: null, since: 1, absent_since: null, told_at: 5, ended_at: null },
  times: 1,
};
