import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { atEnd, freshPath, openedDatabase } from "../testing/fresh-database.ts";
import { createPostgresDatabase } from "../testing/postgres-database.ts";
import { allTransitions, taskStates } from "./task-state.ts";

/** Lines that are the same if the schemas are. */
type Schema = {
  columns: string[];
  keys: string[];
  references: string[];
  indexes: string[];
  checks: string[];
  triggers: string[];
};

const differences = {
  /** PostgreSQL's own: it tells whether a commit whose answer was lost was made. */
  table: "writers",
  /** SQLite writes the row a second time; PostgreSQL changes it before it is written, and has half the dead rows. */
  trigger: "tasks_revision_update",
  /** SQLite indexes links of any length; in PostgreSQL's index stands a hash. */
  links: [
    "tasks_equal_request ON tasks chat_id, link, request_hash",
    "tasks_equal_request ON tasks chat_id, request_hash",
  ],
  linkIndex: "tasks_open_link",
} as const;

test("schemas: both engines have the same columns, keys, indexes, checks and triggers", async (t) => {
  const sqlite = await sqliteSchema(t);
  const postgres = (await postgresSchema(t)).schema;
  for (const part of Object.keys(sqlite) as (keyof Schema)[]) {
    assert.ok(sqlite[part].length > 1);
    assert.deepEqual(postgres[part].toSorted(), sqlite[part].toSorted(), part);
  }
});

test("schemas: PostgreSQL has the states and the edges of the code", async (t) => {
  const { schema, legal } = await postgresSchema(t);
  const states = taskStates.map((state) => `'${state}'`).join(", ");
  assert.ok(schema.checks.includes(`tasks: state IN ${states}`), schema.checks.join("\n"));
  const edges = new Set(allTransitions().map(({ from, to }) => `'${from}>${to}'`));
  assert.deepEqual((legal.match(/'[A-Z_]+>[A-Z_]+'/g) ?? []).toSorted(), [...edges].toSorted());
});

async function sqliteSchema(t: TestContext): Promise<Schema> {
  const path = await freshPath(t);
  await (await openedDatabase(t, { path })).close();
  const sqlite = new BetterSqlite3(path, { readonly: true });
  const lines = (select: string) => sqlite.prepare<[], string>(select).pluck().all();
  const tables =
    "sqlite_master AS made WHERE made.type = 'table' AND made.name NOT LIKE 'sqlite%' AND made.name NOT LIKE 'kysely%'";
  const each = (from: string) => tables.replace(" WHERE", `, ${from} WHERE`);
  const schema: Schema = {
    columns: lines(`SELECT made.name || '.' || it.name || ' ' || it.type
        || CASE WHEN it."notnull" OR it.pk > 0 THEN ' NOT NULL' ELSE '' END || coalesce(' ' || it.dflt_value, '')
      FROM ${each("pragma_table_info(made.name) AS it")}`),
    keys: [
      ...lines(`SELECT made.name || ': ' || (SELECT group_concat(name, ', ') FROM
          (SELECT name FROM pragma_table_info(made.name) WHERE pk > 0 ORDER BY pk)) FROM ${tables}`),
      ...lines(`SELECT made.name || ': ' || (SELECT group_concat(name, ', ') FROM pragma_index_info(it.name))
        FROM ${each("pragma_index_list(made.name) AS it")} AND it.origin = 'u'`),
    ],
    references: lines(`SELECT made.name || '.' || it."from" || ' ' || it."table" || ' ' || it.on_delete
      FROM ${each("pragma_foreign_key_list(made.name) AS it")}`),
    indexes: lines("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").map(normalised),
    checks: lines(`SELECT made.name || ' ' || made.sql FROM ${tables}`).flatMap((text) =>
      [...text.matchAll(/CHECK (\(.*\)),?$/gm)].map(
        ([, check = ""]) => `${text.slice(0, text.indexOf(" "))}: ${normalised(check)}`,
      ),
    ),
    triggers: lines("SELECT sql FROM sqlite_master WHERE type = 'trigger'").map(eventOf),
  };
  sqlite.close();
  return schema;
}

async function postgresSchema(t: TestContext): Promise<{ schema: Schema; legal: string }> {
  const [inSqlite, inPostgres] = differences.links;
  const database = await createPostgresDatabase();
  atEnd(t, () => database.drop());
  const lines = async (select: string) =>
    (
      await database.query(
        `SELECT line FROM (${select}) AS all_lines (line) WHERE line NOT LIKE '${differences.table}%' AND line NOT LIKE '%kysely%'`,
      )
    ).map(({ line }) => String(line));
  const constraints = async (kind: string) =>
    await lines(`SELECT conrelid::regclass || ': ' || pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND contype IN (${kind})`);
  const triggers = await lines("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal");
  const schema: Schema = {
    columns: (
      await lines(`SELECT table_name || '.' || column_name || ' ' || data_type || coalesce(' ' || collation_name, '')
        || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END || coalesce(' ' || column_default, '')
        FROM information_schema.columns WHERE table_schema = 'public'`)
    ).map(inSqliteTypes),
    keys: (await constraints("'p', 'u'")).map((line) => line.replace(/(?:PRIMARY KEY|UNIQUE) \((.*)\)/, "$1")),
    references: await lines(`SELECT conrelid::regclass || '.' || attname || ' ' || confrelid::regclass || ' '
        || CASE confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'a' THEN 'NO ACTION' END
      FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] WHERE contype = 'f'`),
    indexes: (
      await lines(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        AND indexname NOT IN (SELECT conname FROM pg_constraint) AND indexname <> '${differences.linkIndex}'`)
    ).map((line) => normalised(line).replace(inPostgres, inSqlite)),
    checks: (await constraints("'c'")).map((line) => normalised(line.replace("CHECK ", ""))),
    triggers: triggers
      .map(eventOf)
      .map((event) => (event.startsWith(differences.trigger) ? event.replace("BEFORE", "AFTER") : event)),
  };
  return { schema, legal: triggers.find((text) => text.includes("tasks_legal_transition")) ?? "" };
}

const types: Readonly<Record<string, string>> = {
  bigint: "INTEGER",
  integer: "INTEGER",
  "text C": "TEXT",
  "double precision": "REAL",
  bytea: "BLOB",
};

function inSqliteTypes(column: string): string {
  return column
    .replace("::text", "")
    .replace(/ (bigint|integer|text C|double precision|bytea)/, (type) => ` ${types[type.slice(1)]}`);
}

/** Returns SQL as both engines would write it, without parentheses. */
function normalised(text: string): string {
  return text
    .replaceAll(/public\.|USING btree |::text/g, "")
    .replaceAll(/<> ALL \(ARRAY\[(.*?)\]\)/g, "NOT IN $1")
    .replaceAll(/= ANY \(ARRAY\[(.*?)\]\)/g, "IN $1")
    .replaceAll(/(\S+\)) BETWEEN (\d+) AND (\d+)/g, "$1 >= $2 AND $1 <= $3")
    .replaceAll(/[()]/g, "")
    .replaceAll(/,\s*/g, ", ")
    .replaceAll(/\s+/g, " ");
}

function eventOf(trigger: string): string {
  return /^CREATE TRIGGER (.*? ON \w+)/.exec(normalised(trigger))?.[1] ?? trigger;
}
