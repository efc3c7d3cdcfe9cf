import assert from "node:assert/strict";
import { test } from "node:test";
import { claimDelivery, claimDownload } from "./leases/claim-task.ts";
import { type Database, raw } from "./store/database.ts";
import { historyQuery } from "./tasks/clean-history.ts";
import { headsQuery, lineQuery } from "./leases/waiting-line.ts";
import { freshFile } from "./testing/fresh-database.ts";
import { watchStatements } from "./testing/intercept.ts";
import { changedQuery, listQuery, openTasksQuery, type RowFilter } from "./tasks/list-tasks.ts";
import { type FinalState, type TaskState, taskStates } from "./store/task-state.ts";
import { testHost } from "./testing/test-host.ts";
import { everyVerb } from "./testing/every-verb.ts";

// A fresh database has no statistics, so the planner does the same at 1,000 and at 1,000,000 tasks.
const claim = {
  ...{ idleSitesOnly: false, processId: "p", defaultSiteParallel: 1, token: "t", now: 1 },
  host: testHost,
} as const;

test("query plan: a claim reads the head of each open site from an index, a delivery that of each host", async (t) => {
  const database = await freshFile(t);
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
  const database = await freshFile(t);
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
  const database = await freshFile(t);
  assert.deepEqual(await database.engine.explain(openTasksQuery("chat", "https://videos.example/1")), [
    "SEARCH tasks USING INDEX tasks_equal_request (chat_id=? AND link=?)",
  ]);
});

test("query plan: a task is found by the beginning of its id in the index of ids", async (t) => {
  const database = await freshFile(t);
  const plan = await database.engine.explain(listQuery({ scope: "all", states: [], idPrefix: "0199" }, { limit: 10 }));
  assert.ok(
    plan.some((step) => /COVERING INDEX sqlite_autoindex_tasks_1 \(id>\? AND id<\?\)/.test(step)),
    plan.join("\n"),
  );
  assertNoScan(plan, plan.join("\n"));
});

test("query plan: the line is read from the head of each open site's own line, and waiting deliveries from an index", async (t) => {
  const database = await freshFile(t);
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
  const database = await freshFile(t);
  assert.deepEqual(await database.engine.explain(changedQuery(1, 10)), [
    "SEARCH tasks USING INDEX tasks_by_revision (revision>?)",
  ]);
});

test("query plan: old tasks are found by their state and time, without reading the others", async (t) => {
  const database = await freshFile(t);
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
  const database = await freshFile(t);
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
    const bounded = /^SCAN tasks USING (COVERING )?INDEX tasks_(hidden|held|undelivered|waiting_for_space)\b/.test(
      step,
    );
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
