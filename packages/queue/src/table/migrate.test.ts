import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { type Kysely, sql } from "kysely";
import { type Database, raw } from "./database.ts";
import { DatabaseError } from "./database-error.ts";
import { expireLeases, LeaseWatch } from "../lease/expire-lease.ts";
import { atEnd, claimed, freshPath, openedDatabase } from "../fixture/fresh-database.ts";
import { columnsOf, dump, schemaOf, tablesOf } from "../fixture/schemas/dump.ts";
import { emptySchema } from "../fixture/schemas/fill.ts";
import { countTasks, currentRevision, databaseIdentity, listTasks } from "../task/list-tasks.ts";
import { parseTexts } from "../task/texts.ts";
import { migrate, migrations } from "./migrate.ts";

const names = Object.keys(migrations);
const fixturePath = (name: string) => join(import.meta.dirname, "../fixture/schemas", `${name}.sql`);

/** A file as that version of dwld left it. */
async function releasedDatabase(
  t: TestContext,
  name: string,
): Promise<{ path: string; sqlite: BetterSqlite3.Database }> {
  const path = await freshPath(t);
  const sqlite = new BetterSqlite3(path);
  atEnd(t, () => sqlite.close());
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("foreign_keys = OFF");
  sqlite.exec(readFileSync(fixturePath(name), "utf8"));
  return { path, sqlite };
}

/** What some migration writes anew on purpose, each with a test of its own; a change raises the row's revision. */
const rewritten = ["revision", "attempt_count", "failure_advice", "failure_advice_ru", "remark", "trouble"];

type Row = Record<string, unknown>;

function rowsOf(sqlite: BetterSqlite3.Database, table: string, columns: readonly string[]): Row[] {
  const list = columns.map((column) => `"${column}"`).join(",");
  return sqlite.prepare<[], Row>(`SELECT ${list} FROM "${table}" ORDER BY ${list}`).all();
}

test("every schema has its fixture, and it is what its migrations make: else `make schemas`", async () => {
  for (const name of names) {
    assert(existsSync(fixturePath(name)), `${name} has no fixture: run make schemas, and commit it with the migration`);
    const fixture = new BetterSqlite3(":memory:");
    fixture.exec(readFileSync(fixturePath(name), "utf8"));
    const made = await emptySchema(name);
    const byName = (sqlite: BetterSqlite3.Database) => schemaOf(sqlite).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(byName(fixture), byName(made), `${name} was released as its fixture has it, and stays so`);
    made.close();
    fixture.close();
  }
});

test("the newest fixture has a row in every table: else add one to fixture/schemas/rows.ts", () => {
  const fixture = new BetterSqlite3(":memory:");
  fixture.exec(readFileSync(fixturePath(names.at(-1) ?? ""), "utf8"));
  for (const table of tablesOf(fixture)) assert(rowsOf(fixture, table, columnsOf(fixture, table)).length > 0, table);
  fixture.close();
});

for (const name of names)
  test(`a table of ${name} is brought up to date with all that is in it`, async (t) => {
    const { path, sqlite } = await releasedDatabase(t, name);
    const before = tablesOf(sqlite)
      .filter((table) => !table.startsWith("kysely_") && table !== "counters")
      .map((table) => ({ table, columns: columnsOf(sqlite, table).filter((column) => !rewritten.includes(column)) }))
      .map(({ table, columns }) => ({ table, columns, rows: rowsOf(sqlite, table, columns) }));
    const database = await openedDatabase(t, path);
    for (const { table, columns, rows } of before) assert.deepEqual(rowsOf(sqlite, table, columns), rows, table);
    assert.equal(await databaseIdentity(database), (4711).toString(36));
    assert((await currentRevision(database)) >= 22);
    assert.equal(sqlite.pragma("integrity_check", { simple: true }), "ok");
    assert.deepEqual(sqlite.pragma("foreign_key_check"), []);
    assert.deepEqual(
      (await listTasks(database, { states: [] }, { limit: 20 })).map(({ seq }) => seq),
      [10, 9, 7, 6, 5, 4, 3, 2, 1],
    );
    await recount(database);
    // And it can be worked with: those who held leases are none of this machine's.
    await goOn(database);
    await recount(database);
  });

test("texts for a person: a migration from a column a language to one column keeps them all", async (t) => {
  const { path } = await releasedDatabase(t, "0011-paused-at");
  const database = await openedDatabase(t, path);
  const texts = async (seq: number) => {
    const row = (await listTasks(database, { states: [] }, { limit: 20 })).find((task) => task.seq === seq);
    return [parseTexts(row?.advice_texts ?? null), parseTexts(row?.remark_texts ?? null)];
  };
  assert.deepEqual(await texts(7), [{ en: "It was removed.", ru: "Видео удалено." }, undefined]);
  assert.deepEqual(await texts(4), [undefined, { en: "Without subtitles." }]);
  assert.deepEqual(await texts(1), [undefined, undefined]);
});

async function goOn(database: Database): Promise<void> {
  await database.write(async (transaction) => await transaction.run(raw(sql`DELETE FROM processes`)));
  assert.equal(await expireLeases(database, new LeaseWatch(), "nobody", Date.now()), 3);
  const lease = await claimed(database, "download", Date.now());
  assert.equal(lease.task.state, "DOWNLOADING");
}

async function recount(database: Database): Promise<void> {
  const states = await database.all(
    raw(
      sql<{ state: string; count: number }>`SELECT state, count(*) AS count FROM tasks WHERE hidden = 0 GROUP BY state`,
    ),
  );
  const counted = Object.fromEntries(states.map(({ state, count }) => [state, count]));
  for (const [state, count] of Object.entries(await countTasks(database)))
    assert.equal(count, counted[state] ?? 0, state);
  const wrong = await database.all(
    raw(sql<{ name: string }>`SELECT name FROM sites WHERE
      due <> (SELECT count(*) FROM tasks WHERE site = name AND state = 'QUEUED' AND not_before IS NULL) OR
      running <> (SELECT count(*) FROM tasks WHERE site = name AND state = 'DOWNLOADING')`),
  );
  assert.deepEqual(wrong, []);
}

test("a migration that fails leaves the table as it was, says so, and the version before works with it", async (t) => {
  const { path, sqlite } = await releasedDatabase(t, names.at(-1) ?? "");
  const before = dump(sqlite);
  const half = async (kysely: Kysely<unknown>) => {
    await sql`CREATE TABLE half (done TEXT)`.execute(kysely);
    await sql`UPDATE tasks SET title = 'lost'`.execute(kysely);
    await sql`ALTER TABLE no_such_table ADD COLUMN x`.execute(kysely);
  };
  const whole = async (kysely: Kysely<unknown>) => void (await sql`CREATE TABLE whole (done TEXT)`.execute(kysely));
  await assert.rejects(
    migrate(sqlite, path, { ...migrations, "9998-whole": { up: whole }, "9999-half": { up: half } }),
    (error) => {
      assert(error instanceof DatabaseError);
      assert.equal(error.problem, "migration_failed");
      assert.match(
        error.message,
        /dwld\.sqlite could not be brought up to date: "9999-half" failed \(no such table: no_such_table\)/,
      );
      assert.match(error.message, /left as it was: the version of dwld that ran before still works with it/);
      return true;
    },
  );
  assert.equal(dump(sqlite), before);
  assert.equal((await listTasks(await openedDatabase(t, path), { states: [] }, { limit: 20 })).length, 9);
});
