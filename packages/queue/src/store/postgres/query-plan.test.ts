import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { TestDatabase } from "@dwld/testbed";
import { atEnd, openedDatabase } from "../../testing/fresh-database.ts";
import { everyVerb } from "../../testing/every-verb.ts";
import { watchStatements } from "../../testing/intercept.ts";
import { createPostgresDatabase } from "../../testing/postgres-database.ts";
import { claimDelivery, claimDownload } from "../../leases/claim-task.ts";
import { listQuery, type RowFilter } from "../../tasks/list-tasks.ts";
import { testHost } from "../../testing/test-host.ts";
import { type Compilable, fixed, raw } from "../query.ts";
import { type TaskState, taskStates } from "../task-state.ts";
import { spell } from "./spelling.ts";

/** Tables whose rows grow with the history. */
const large = /Seq Scan on (tasks|attempts|files|requests|tombstones|ended_tasks|thumbnails)\b/;

/** A page took 61, a claim 140 with those that it writes; the table has some 500. */
const mostBlocks = 250;

test("query plan: with 20,000 tasks, no statement reads a large table from end to end, and pages and claims read few blocks", async (t) => {
  const statements = await statementsOfVerbs(t);
  const filled = await fill(t);
  const database = await openedDatabase(t, filled.location);
  assert(statements.size > 60, `only ${statements.size} statements were seen`);
  for (const [sql, statement] of statements) {
    const { text, name } = spell(sql);
    const plan = await database.engine.explain(statement);
    // The plan of a prepared statement is made without the values, when it was run some times.
    const kept = name === undefined ? [] : await filled.query(`EXPLAIN (GENERIC_PLAN) ${text}`);
    for (const line of [...plan, ...kept.map((row) => String(row["QUERY PLAN"]))])
      assert.doesNotMatch(line, large, sql);
  }
  await assertFewBlocks(filled);
});

test("query plan: a prepared statement is planned once, whatever its values", async (t) => {
  const made = await createPostgresDatabase();
  atEnd(t, () => made.drop());
  const database = await openedDatabase(t, made.location);
  for (let page = 1; page <= 10; page += 1)
    await database.all(listQuery({ scope: "all", states: [], chatId: `chat ${page}` }, { limit: page, before: page }));
  const counts = fixed<{ plans: number; replans: number }>(
    `SELECT generic_plans AS plans, custom_plans AS replans FROM pg_prepared_statements WHERE statement LIKE 'select * from "tasks"%'`,
  );
  assert.deepEqual(await database.all(counts), [{ plans: 10, replans: 0 }]);
});

/** Asserts that a claim, and a page of any filter, read a few blocks of the table and its indexes. */
async function assertFewBlocks(filled: TestDatabase): Promise<void> {
  const claim = { idleSitesOnly: false, processId: "p", defaultSiteParallel: 1, token: "t", now: 1, host: testHost };
  const asked: Record<string, Compilable<unknown>> = {
    claim: raw(claimDownload(claim)),
    delivery: raw(claimDelivery({ ...claim, host: { name: "host 0", shared: "" } })),
  };
  const stateSets: TaskState[][] = [[], ["DONE"], ["DONE", "FAILED"], [...taskStates]];
  for (const states of stateSets)
    for (const chatId of [undefined, "chat 7"])
      for (const parentId of [undefined, "parent 3"])
        for (const page of [{}, { before: 15_000 }, { after: 5000 }]) {
          const filter: RowFilter = { scope: "all", states, ...(chatId && { chatId }), ...(parentId && { parentId }) };
          asked[JSON.stringify({ filter, page })] = listQuery(filter, { limit: 10, ...page });
        }
  for (const [what, statement] of Object.entries(asked)) {
    const { sql, parameters } = statement.compile();
    const plan = await filled.query(`EXPLAIN (ANALYZE, BUFFERS) ${spell(sql).text}`, parameters);
    const lines = plan.map((row) => String(row["QUERY PLAN"]));
    const read = /Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(lines.join("\n"));
    const blocks = Number(read?.[1]) + Number(read?.[2] ?? 0);
    assert(blocks > 0 && blocks <= mostBlocks, `${what} read ${blocks} blocks:\n${lines.join("\n")}`);
  }
}

async function statementsOfVerbs(t: TestContext): Promise<Map<string, Compilable<unknown>>> {
  const made = await createPostgresDatabase();
  atEnd(t, () => made.drop());
  const database = await openedDatabase(t, made.location);
  const statements = new Map<string, Compilable<unknown>>();
  watchStatements(database, (statement) => {
    const { sql } = statement.compile();
    if (/^\s*(select|update|delete|insert|with)/i.test(sql)) statements.set(sql, statement);
  });
  await everyVerb(database);
  return statements;
}

/** Makes a table with a long history. */
async function fill(t: TestContext): Promise<TestDatabase> {
  const database = await createPostgresDatabase();
  atEnd(t, () => database.drop());
  await database.query(`SET session_replication_role = replica;
    INSERT INTO tasks (seq, id, parent_id, chat_id, request_hash, link, site, user_name, folder, target_quality, options, state,
      not_before, ready_at, host, rank, title, revision, created_at, updated_at, finished_at)
    SELECT n, 'id ' || n, CASE WHEN n % 20 = 0 THEN 'parent ' || n / 400 END, 'chat ' || n % 50, 'hash ' || n,
      'https://videos.example/' || n, 'site ' || n % 40, '', '', 0, '{}', state,
      CASE WHEN state = 'QUEUED' AND n % 2 = 0 THEN n + 1000 END, CASE WHEN state = 'READY_TO_SEND' THEN n END,
      'host ' || n % 3, n, 'title', n, n, n, CASE WHEN state IN ('DONE', 'FAILED', 'CANCELED') THEN n END
    FROM (SELECT n, CASE WHEN n % 100 < 90 THEN 'DONE' WHEN n % 100 < 94 THEN 'FAILED' WHEN n % 100 < 96 THEN 'CANCELED'
      WHEN n % 100 < 99 THEN 'QUEUED' ELSE 'READY_TO_SEND' END AS state FROM generate_series(1, 20000) AS n) AS numbers;
    INSERT INTO attempts (id, task_seq, round, number, stage, started_at, ytdlp_version)
      SELECT 'attempt ' || seq, seq, 1, 1, 'stage', seq, '1' FROM tasks;
    INSERT INTO files (task_seq, host, name, size_bytes, sha256, destination, remote_path, delivered_at)
      SELECT seq, host, 'v.mp4', 9, '', 'ftp://nas.example:21', '/' || seq, seq FROM tasks WHERE state = 'DONE';
    INSERT INTO requests SELECT chat_id, 'request ' || seq, seq FROM tasks WHERE seq % 3 = 0;
    INSERT INTO thumbnails SELECT seq, '\\x00' FROM tasks WHERE seq % 3 = 0;
    INSERT INTO tombstones SELECT 'gone ' || n, 'chat', 20000 + n, n FROM generate_series(1, 5000) AS n;
    INSERT INTO ended_tasks (hour, chat_id, site, failure_class, stage, user_name, tasks, bytes, duration_ms)
      SELECT n / 20, 'chat ' || n, 'site', '', '', '', 1, 1, 1 FROM generate_series(1, 5000) AS n;
    INSERT INTO sites (name) SELECT DISTINCT site FROM tasks;
    INSERT INTO hosts (name, first_seen_at, seen_at) SELECT DISTINCT host, 1, 1 FROM tasks;
    ANALYZE`);
  return database;
}
