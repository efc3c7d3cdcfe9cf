import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { atEnd, freshPath, openedDatabase } from "../testing/fresh-database.ts";
import { createPostgresDatabase } from "../testing/postgres-database.ts";
import { raw } from "./database.ts";

const trigger = "tasks_revision_update";

/** The columns of `tasks` whose change raises no revision, each group with the reason why no watcher misses it. */
const untold: Readonly<Record<string, readonly string[]>> = {
  "they stay as they were when the task was added": [
    ...["seq", "id", "parent_id", "chat_id", "request_id", "request_hash", "link", "site", "user_name", "folder"],
    ...["target_quality", "options", "created_at"],
  ],
  "no client sees them": [
    ...["due_at", "rank", "process_id", "round", "interruption_count", "finish_requested", "expected_bytes"],
  ],
  "they change with the state, or in its transaction": [
    ...["ready_at", "host", "tried_since", "remark_texts", "required_free_bytes", "finished_at"],
  ],
  "it has no meaning without the change that it dates": ["updated_at"],
  "a hidden task is told as deleted": ["hidden"],
  "it is told by itself, twice a second": ["progress"],
  "the trigger writes it": ["revision"],
};

type Table = { columns: string[]; trigger: string };

test("told columns: a change of each column of tasks raises the revision, or is known to concern no watcher", async (t) => {
  const sqlite = await openedDatabase(t, { path: await freshPath(t) });
  const lines = async (select: string) =>
    (await sqlite.all(raw(sql<{ line: string }>`${sql.raw(select)}`))).map(({ line }) => line);
  const inSqlite: Table = {
    columns: await lines("SELECT name AS line FROM pragma_table_info('tasks')"),
    trigger: String(await lines(`SELECT sql AS line FROM sqlite_master WHERE name = '${trigger}'`)),
  };
  const postgres = await createPostgresDatabase();
  atEnd(t, () => postgres.drop());
  const answers = async (select: string) => (await postgres.query(select)).map(({ line }) => String(line));
  const inPostgres: Table = {
    columns: await answers(`SELECT column_name AS line FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = 'tasks'`),
    trigger: String(await answers(`SELECT pg_get_triggerdef(oid) AS line FROM pg_trigger WHERE tgname = '${trigger}'`)),
  };
  for (const [engine, table] of Object.entries({ SQLite: inSqlite, PostgreSQL: inPostgres })) {
    const told = /UPDATE OF (.*?) ON /s.exec(table.trigger)?.[1]?.split(/,\s*/) ?? [];
    assert.ok(told.includes("state"), `${engine} has no such trigger: ${table.trigger}`);
    const known = [...told, ...Object.values(untold).flat()];
    const missing = table.columns.filter((column) => !known.includes(column));
    assert.ok(
      missing.length === 0,
      `no watcher is told of a change of tasks.${missing.join(", tasks.")} in ${engine}: if a client sees it, the migration of each engine makes ${trigger} anew, with it in the list (sqlite/migrations/0003-thumbnails.ts does so); if not, name it in \`untold\` of this test, under its reason`,
    );
    assert.deepEqual(known.toSorted(), table.columns.toSorted(), `${engine}: each column is named once, and is there`);
  }
});
