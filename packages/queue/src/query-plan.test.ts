import assert from "node:assert/strict";
import { test } from "node:test";
import { addTask } from "./tasks/add-task.ts";
import { insertEntries } from "./tasks/insert-entries.ts";
import { attemptsOf, endAttempt, noteProcessGroup, startAttempt, timelineOf } from "./attempts/attempt.ts";
import { cancelTask, deleteTask, retryTask } from "./tasks/cancel-task.ts";
import { claimDelivery, claimDownload, claimTask } from "./leases/claim-task.ts";
import { type Database, raw } from "./store/database.ts";
import { bytesByHour } from "./tasks/chat-bytes.ts";
import { cleanHistory, forgetTasks, historyQuery } from "./tasks/clean-history.ts";
import { markThere } from "./remote-files/deliver-file.ts";
import { recordDelivered, reserveName } from "./testing/record-delivery.ts";
import { lookForWork } from "./leases/look-for-work.ts";
import { headsQuery, lineQuery } from "./leases/waiting-line.ts";
import { expireLeases, LeaseWatch } from "./leases/expire-lease.ts";
import {
  addedTask,
  claimed,
  downloadedTask,
  file,
  freshDatabase,
  request,
  deliverDue,
} from "./testing/fresh-database.ts";
import { watchStatements } from "./testing/intercept.ts";
import { giveUpDelivery } from "./remote-files/give-up-delivery.ts";
import { importTasks, knownKeys } from "./tasks/import-tasks.ts";
import { endedSince, deletedSince, workdirNeed } from "./tasks/pending-cleanup.ts";
import {
  changedQuery,
  changesSince,
  countTasks,
  filesOf,
  findOpenTasks,
  listQuery,
  listTasks,
  openTasksQuery,
  type RowFilter,
} from "./tasks/list-tasks.ts";
import { listPausedSites } from "./sites/site-breaker.ts";
import { noteFacts } from "./attempts/note-facts.ts";
import { registerProcess } from "./leases/process-registry.ts";
import { makeDueIfFits, waitingBytes, waitingForSpace } from "./attempts/required-space.ts";
import { findThumbnail } from "./tasks/thumbnail.ts";
import { forgetPart, partsOf, partsToRemove, putOffRemoval } from "./remote-files/remote-parts.ts";
import { heldState } from "./leases/held-task.ts";
import { releaseLease } from "./leases/end-lease.ts";
import { settleDelivery } from "./runner/settle-delivery.ts";
import { settleDownload } from "./runner/settle-download.ts";
import { setSiteLimits } from "./sites/site-limits.ts";
import { type FinalState, type TaskState, taskStates } from "./store/task-state.ts";
import { testHost } from "./testing/test-host.ts";

// A fresh database has no statistics, so the planner does the same at 1,000 and at 1,000,000 tasks.
const claim = {
  ...{ idleSitesOnly: false, processId: "p", defaultSiteParallel: 1, token: "t", now: 1 },
  host: testHost,
} as const;

test("query plan: a claim reads the head of each open site from an index, a delivery that of each host", async (t) => {
  const database = await freshDatabase(t);
  assert.deepEqual(await database.engine.explain(raw(claimDownload(claim))), [
    "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)",
    "SCALAR SUBQUERY 5",
    // Steps from one site to the next, each by one look into the index.
    "CO-ROUTINE due_sites",
    "SETUP",
    "SEARCH tasks USING INDEX tasks_due",
    "RECURSIVE STEP",
    "SCAN due_sites",
    "CORRELATED SCALAR SUBQUERY 2",
    "SEARCH tasks USING INDEX tasks_due (site>?)",
    "SCAN due_sites",
    "SEARCH sites USING PRIMARY KEY (name=?)",
    "SEARCH head USING INTEGER PRIMARY KEY (rowid=?)",
    "CORRELATED SCALAR SUBQUERY 4",
    "SEARCH tasks USING INDEX tasks_due (site=?)",
    // Sorts the heads of the open sites.
    "USE TEMP B-TREE FOR ORDER BY",
  ]);
  assert.deepEqual(await database.engine.explain(raw(claimDelivery(claim))), [
    "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)",
    "SCALAR SUBQUERY 2",
    "SCAN hosts",
    "SEARCH head USING INTEGER PRIMARY KEY (rowid=?)",
    "CORRELATED SCALAR SUBQUERY 1",
    "SEARCH tasks USING INDEX tasks_deliverable (host=?)",
    // Sorts the heads of the hosts.
    "USE TEMP B-TREE FOR ORDER BY",
  ]);
});

test("query plan: a page is found in an index alone, from its end, and only pages of several states are sorted", async (t) => {
  const database = await freshDatabase(t);
  const stateSets: TaskState[][] = [[], ["DONE"], ["DONE", "FAILED"], [...taskStates]];
  for (const states of stateSets)
    for (const chatId of [undefined, "chat"])
      for (const parentId of [undefined, "parent"])
        for (const page of [{}, { before: 5 }, { after: 5 }]) {
          const filter: RowFilter = {
            scope: "all",
            states,
            ...(chatId === undefined ? {} : { chatId }),
            ...(parentId === undefined ? {} : { parentId }),
          };
          const plan = await database.engine.explain(listQuery(filter, { limit: 10, ...page }));
          const shown = `${JSON.stringify(filter)}\n${plan.join("\n")}`;
          assertNoScan(
            plan.filter((step) => !/^SCAN (tasks USING COVERING INDEX tasks_hidden|page|branch)/.test(step)),
            shown,
          );
          const expected =
            parentId !== undefined
              ? /tasks_by_parent \(parent_id=\? AND seq/
              : chatId !== undefined
                ? /COVERING INDEX tasks_by_chat \(chat_id=\? AND state=\? AND seq/
                : states.length > 0
                  ? /COVERING INDEX tasks_by_state \(state=\? AND seq/
                  : /INTEGER PRIMARY KEY \(rowid/;
          // The first is the read of the page's own rows.
          const [rows = "", ...reads] = plan.filter((step) => step.startsWith("SEARCH tasks USING"));
          assert.match(rows, /INTEGER PRIMARY KEY \(rowid=\?\)/, shown);
          assert.ok(reads.length > 0);
          for (const read of reads) assert.match(read, expected, shown);
        }
});

test("query plan: open tasks are found by their link, however many others wait in its chat", async (t) => {
  const database = await freshDatabase(t);
  assert.deepEqual(await database.engine.explain(openTasksQuery("chat", "https://videos.example/1")), [
    "SEARCH tasks USING INDEX tasks_equal_request (chat_id=? AND link=?)",
  ]);
});

test("query plan: a task is found by the beginning of its id in the index of ids", async (t) => {
  const database = await freshDatabase(t);
  const plan = await database.engine.explain(listQuery({ scope: "all", states: [], idPrefix: "0199" }, { limit: 10 }));
  assert.ok(
    plan.some((step) => /COVERING INDEX sqlite_autoindex_tasks_1 \(id>\? AND id<\?\)/.test(step)),
    plan.join("\n"),
  );
  assertNoScan(plan, plan.join("\n"));
});

test("query plan: the line is read from the head of each open site's own line, and waiting deliveries from an index", async (t) => {
  const database = await freshDatabase(t);
  const plans = [headsQuery({ defaultSiteParallel: 1, now: 1 }), lineQuery("tube")].map((one) =>
    database.engine.explain(raw<unknown>(one)),
  );
  const plan = (await Promise.all(plans)).flat();
  const reads = plan.filter((step) => /tasks USING/.test(step));
  const expected = ["", " (site>?)", " (site=?)"].map((range) => `SEARCH tasks USING INDEX tasks_due${range}`);
  assert.deepEqual([...new Set(reads)].toSorted(), expected.toSorted(), plan.join("\n"));
  assertNoScan(plan, plan.join("\n"));
});

test("query plan: changes are read in the order of an index", async (t) => {
  const database = await freshDatabase(t);
  assert.deepEqual(await database.engine.explain(changedQuery(1, 10)), [
    "SEARCH tasks USING INDEX tasks_by_revision (revision>?)",
  ]);
});

test("query plan: old tasks are found by their state and time, without reading the others", async (t) => {
  const database = await freshDatabase(t);
  const stateSets: FinalState[][] = [[], ["DONE"], ["FAILED", "CANCELED"]];
  for (const states of stateSets) {
    const plan = await database.engine.explain(historyQuery({ scope: "all", states, finishedBefore: 5 }, 10));
    assert.equal(plan.length, 1);
    assert.match(
      plan[0] ?? "",
      /^SEARCH tasks USING INDEX tasks_by_finish \(state=\? AND finished_at>\? AND finished_at<\?\)/,
    );
    for (const filter of [{ states }, { states, chatId: "c" }, { states, chatId: "c", finishedBefore: 5 }])
      assertNoSort(await database.engine.explain(historyQuery({ scope: "all", ...filter }, 10)));
  }
});

test("query plan: no statement of any verb reads all tasks or sorts them", async (t) => {
  const database = await freshDatabase(t);
  const plans = recordPlans(database);
  await everyVerb(database);
  assert(plans.size > 60, `only ${plans.size} statements were seen`);
  for (const [statement, plan] of plans) {
    assertNoScan(await plan, statement);
    const ofFew = /union all|head\.rank|from "processes"/.test(statement);
    if (!ofFew) assertNoSort(await plan, statement);
  }
});

function assertNoScan(plan: readonly string[], shown: string): void {
  for (const step of plan) {
    // The order of a partial index, of which the first is taken or which has few rows.
    const bounded = /^SCAN tasks USING (COVERING )?INDEX tasks_(hidden|held|waiting_for_space)\b/.test(step);
    assert(bounded || !/^SCAN (tasks|attempts|files|requests|remote_parts)\b/.test(step), shown);
    // All tasks of a state or a chat are nearly all tasks.
    assert(!/INDEX tasks_by_(state|chat) \((state|chat_id)=\?( AND state=\?)?\)$/.test(step), shown);
  }
}

function assertNoSort(plan: readonly string[], shown = plan.join("\n")): void {
  assert(!plan.some((step) => step.includes("TEMP B-TREE")), shown);
}

/** Records the plan of each statement that the database runs from now on. */
function recordPlans(database: Database): Map<string, Promise<string[]>> {
  const plans = new Map<string, Promise<string[]>>();
  watchStatements(database, (statement) => {
    const { sql } = statement.compile();
    if (/^\s*(select|update|delete|insert)/i.test(sql)) plans.set(sql, database.engine.explain(statement));
  });
  return plans;
}

async function everyVerb(database: Database): Promise<void> {
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
  await endAttempt(database, lease, attempt, { outcome: "failed", downloadedBytes: 0, stderrTail: "" }, 9);
  await attemptsOf(database, lease.task.seq);
  await timelineOf(database, [lease.task.seq]);
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
  await markThere(database, delivery, sent, { destination, path: "/v" }, { verifiedBy: "size" }, 9);
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
  await listTasks(database, { scope: "all", states: [] }, { limit: 9 });
  await findOpenTasks(database, "chat", parent.link);
  const imported = { key: "1", request: request(), over: {} };
  await importTasks(database, [imported, { key: "2", request: request() }], 9);
  await knownKeys(database, ["1", "2"]);
  await forgetTasks(database, [parent.id], 9);
  await cleanHistory(database, { scope: "all", states: [], finishedBefore: 99 }, 1e12);
  await registered.close();
}
