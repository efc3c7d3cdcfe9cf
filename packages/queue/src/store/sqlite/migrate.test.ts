import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { type Kysely, sql } from "kysely";
import { addedTask, atEnd, claimed, downloadedTask, freshPath, openedDatabase } from "../../testing/fresh-database.ts";
import { listTasks } from "../../tasks/list-tasks.ts";
import { DatabaseError } from "../database-error.ts";
import { migrate, migrations } from "./migrate.ts";
import { hostname } from "node:os";
import { cookieFiles } from "../../attempts/cookie-files.ts";
import { waitingBytes } from "../../attempts/required-space.ts";
import { keepsFiles } from "../../hosts/host.ts";
import { claimTask } from "../../leases/claim-task.ts";
import { filesToRemove } from "../../tasks/pending-cleanup.ts";

type Step = (kysely: Kysely<unknown>) => Promise<unknown>;

/** Returns the migrations of today, then some made-up ones of a newer version. */
function withLater(later: Readonly<Record<string, Step>>) {
  const made = Object.entries(later).map(([name, step]) => [
    name,
    { up: async (kysely: Kysely<unknown>) => void (await step(kysely)) },
  ]);
  return { ...migrations, ...(Object.fromEntries(made) as typeof migrations) };
}

/** Makes a table of today's version with tasks in it, closed and opened again without dwld. */
async function filledTable(t: TestContext): Promise<{ path: string; sqlite: BetterSqlite3.Database }> {
  const path = await freshPath(t);
  const database = await openedDatabase(t, { path });
  await downloadedTask(database);
  await addedTask(database);
  await claimed(database);
  await addedTask(database);
  await database.close();
  const sqlite = new BetterSqlite3(path);
  atEnd(t, () => sqlite.close());
  sqlite.pragma("foreign_keys = ON");
  return { path, sqlite };
}

function everything(sqlite: BetterSqlite3.Database): Record<string, unknown[]> {
  const tables = sqlite
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  const schema = sqlite.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").all();
  return {
    schema,
    ...Object.fromEntries(tables.map((table) => [table, sqlite.prepare(`SELECT * FROM "${table}"`).all()])),
  };
}

test("migrate: later migrations are applied in their order, once, and what is in the table stays", async (t) => {
  const { path, sqlite } = await filledTable(t);
  const before = everything(sqlite);
  const applied: string[] = [];
  const later = withLater({
    "9001-marks": async (kysely) => {
      applied.push("9001-marks");
      await sql`ALTER TABLE tasks ADD COLUMN made_up_mark TEXT NOT NULL DEFAULT ''`.execute(kysely);
    },
    "9002-copied-marks": async (kysely) => {
      applied.push("9002-copied-marks");
      await sql`UPDATE tasks SET made_up_mark = id`.execute(kysely);
      await sql`CREATE INDEX tasks_by_mark ON tasks (made_up_mark)`.execute(kysely);
    },
  });
  await migrate(sqlite, path, later);
  await migrate(sqlite, path, later);
  assert.deepEqual(applied, ["9001-marks", "9002-copied-marks"]);
  const after = everything(sqlite);
  for (const [table, rows] of Object.entries(before)) {
    if (table === "schema" || table.startsWith("kysely_")) continue;
    const kept = after[table]?.map((row) => {
      const { made_up_mark: _, ...columns } = row as { made_up_mark?: string };
      return columns;
    });
    assert.deepEqual(kept, rows, table);
  }
  assert.equal(sqlite.prepare("SELECT count(*) FROM tasks WHERE made_up_mark = id").pluck().get(), 3);
  assert.equal(sqlite.pragma("integrity_check", { simple: true }), "ok");
  assert.deepEqual(sqlite.pragma("foreign_key_check"), []);
});

test("migrate: one that fails leaves the table as it was, says so, and the version before works with it", async (t) => {
  const { path, sqlite } = await filledTable(t);
  const before = everything(sqlite);
  const later = withLater({
    "9998-whole": (kysely) => sql`CREATE TABLE whole (done TEXT)`.execute(kysely),
    "9999-half": async (kysely) => {
      await sql`CREATE TABLE half (done TEXT)`.execute(kysely);
      await sql`UPDATE tasks SET title = 'lost'`.execute(kysely);
      await sql`ALTER TABLE no_such_table ADD COLUMN x`.execute(kysely);
    },
  });
  await assert.rejects(migrate(sqlite, path, later), (error) => {
    assert(error instanceof DatabaseError);
    assert.equal(error.problem, "migration_failed");
    assert.match(
      error.message,
      /dwld\.sqlite could not be brought up to date: "9999-half" failed \(no such table: no_such_table\)/,
    );
    assert.match(error.message, /left as it was: the version of dwld that ran before still works with it/);
    return true;
  });
  assert.deepEqual(everything(sqlite), before);
  assert.equal(
    (await listTasks(await openedDatabase(t, { path }), { scope: "all", states: [] }, { limit: 20 })).length,
    3,
  );
});

test("migrate: tasks of a table from before thumbnails have none, and their changes still raise the revision", async (t) => {
  const path = await freshPath(t);
  const sqlite = new BetterSqlite3(path);
  atEnd(t, () => sqlite.close());
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "0003"));
  await migrate(sqlite, path, before);
  sqlite.exec(`INSERT INTO tasks (id, chat_id, request_hash, link, site, user_name, folder, target_quality, options, rank,
    created_at, updated_at) VALUES ('a', 'c', 'h', 'https://v.example/', 'v.example', 'ann', '', 0, '{}', 1, 1, 1)`);
  await migrate(sqlite, path);
  const revision = sqlite.prepare<[], number>("SELECT revision FROM tasks WHERE has_thumbnail = 0").pluck();
  const was = revision.get();
  assert(was !== undefined);
  sqlite.exec("UPDATE tasks SET title = 'found'");
  assert.equal(revision.get(), was + 1);
  assert.equal(sqlite.prepare("SELECT count(*) FROM thumbnails").pluck().get(), 0);
});

test("migrate: what waits from before hosts had names stays within the reach of any, and what is to be removed and known of cookies stays", async (t) => {
  const path = await freshPath(t);
  const sqlite = new BetterSqlite3(path);
  atEnd(t, () => sqlite.close());
  await migrate(sqlite, path, Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "0005")));
  sqlite.exec(`INSERT INTO tasks (seq, id, chat_id, request_hash, link, site, user_name, folder, target_quality, options, rank,
      created_at, updated_at, state, host, finished_at)
    VALUES (1, 'a', 'c', 'h', 'https://v.example/1', 'v', '', '', 0, '{}', 1, 1, 1, 'READY_TO_SEND', 'an earlier name', NULL),
      (2, 'b', 'c', 'h', 'https://v.example/2', 'v', '', '', 0, '{}', 2, 1, 1, 'FAILED', 'nas', 2);
    INSERT INTO files (task_seq, host, name, size_bytes, sha256, local_path)
    VALUES (1, 'an earlier name', 'v.mp4', 7, '', '/v.mp4'), (2, 'nas', 'w.mp4', 9, '', '/w.mp4');
    INSERT INTO tombstones VALUES ('c', '', 1, 1, '["/x.mp4","/y.mp4"]'), ('d', '', 2, 1, '[]');
    INSERT INTO cookie_files VALUES ('/c', 's', NULL, 3, 5, 'cookies_stale')`);
  await migrate(sqlite, path);
  const database = await openedDatabase(t, { path });
  const anybody = { name: "anybody", shared: "", dataId: "" };
  assert.equal(await waitingBytes(database, anybody), 7);
  assert.deepEqual(await filesToRemove(database, anybody), ["/x.mp4", "/y.mp4"]);
  assert.deepEqual(
    (await cookieFiles(database, hostname())).map(({ path: of, refusals }) => [of, refusals]),
    [["/c", 3]],
  );
  const claimant = { processId: "p", host: anybody, defaultSiteParallel: 1 };
  assert.equal((await claimTask(database, "delivery", claimant, 3))?.task.id, "a");
  assert.equal(await keepsFiles(database, "nas"), true, "a retry finds its files");
});

test("migrate: what was counted before stages, users and durations were stays counted, without them", async (t) => {
  const path = await freshPath(t);
  const sqlite = new BetterSqlite3(path);
  atEnd(t, () => sqlite.close());
  await migrate(sqlite, path, Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "0006")));
  sqlite.exec("INSERT INTO ended_tasks VALUES (1, 'chat', 'tube', '', 3, 30), (2, 'chat', 'tube', 'network', 1, 0)");
  await migrate(sqlite, path);
  assert.deepEqual(sqlite.prepare("SELECT * FROM ended_tasks").raw().all(), [
    [1, "chat", "tube", "", "", "", 3, 30, 0],
    [2, "chat", "tube", "network", "", "", 1, 0, 0],
  ]);
});
