import assert from "node:assert/strict";
import { test } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { migrations } from "../migrate.ts";

test("attempts of a task that waits are counted anew: those of its round, without those that only found a wait", async () => {
  const sqlite = new BetterSqlite3(":memory:");
  const schema = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) });
  const own = "0008-attempt-bounds";
  for (const [name, migration] of Object.entries(migrations)) if (name < own) await migration.up(schema);
  sqlite.exec(`
    INSERT INTO tasks (id, chat_id, request_hash, link, site, user_name, folder, target_quality, options, rank,
      created_at, updated_at, round, attempt_count, state, finished_at)
    VALUES ('waits', '', 'a', '', 's', '', '', 0, '{}', 1, 1, 1, 2, 6, 'QUEUED', NULL),
      ('ended', '', 'b', '', 's', '', '', 0, '{}', 1, 1, 1, 1, 6, 'FAILED', 9);
    INSERT INTO attempts (id, task_seq, round, number, stage, started_at, ended_at, outcome, failure_class, ytdlp_version)
    VALUES ('1', 1, 1, 1, 's', 1, 2, 'failed', 'network', ''),
      ('2', 1, 2, 2, 's', 3, 4, 'failed', 'not_started', ''),
      ('3', 1, 2, 3, 's', 5, 6, 'interrupted', NULL, ''),
      ('4', 1, 2, 4, 's', 7, 8, 'failed', 'network', ''),
      ('5', 1, 2, 5, 's', 9, NULL, NULL, NULL, '')`);
  await migrations[own]?.up(schema);
  assert.deepEqual(sqlite.prepare("SELECT id, attempt_count, tried_since FROM tasks ORDER BY seq").raw().all(), [
    ["waits", 1, 4],
    ["ended", 6, null],
  ]);
  await schema.destroy();
});
