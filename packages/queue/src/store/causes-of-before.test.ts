import assert from "node:assert/strict";
import { test } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { atEnd, freshPath, openedDatabase } from "../testing/fresh-database.ts";
import { createPostgresDatabase } from "../testing/postgres-database.ts";
import { ytdlpVersions } from "../ytdlp/versions.ts";
import { migrate, migrations } from "./sqlite/migrate.ts";

/** Versions as they stood in the table before causes did: with the sentence of that time, from which the cause is read this once. */
const rows: readonly [version: string, state: string, reason: string, cause: string][] = [
  ["1", "current", "", ""],
  ["2", "set_aside", '{"en":"it failed its self-test: no JSON","ru":"не прошла самопроверку: no JSON"}', "self_test"],
  ["3", "set_aside", '{"en":"it does not run here: no","ru":"здесь не запускается: no"}', "unusable"],
  ["4", "set_aside", '{"en":"somebody went back by hand","ru":"вернулись вручную"}', "by_hand"],
  ["5", "set_aside", '{"en":"it fails on links of a (2/3) that 1 then downloads","ru":"не справляется"}', "worse"],
  ["6", "kept", "", ""],
];

const insertion = `INSERT INTO ytdlp_versions (host, version, origin, state, since, reason) VALUES ${rows
  .map(([version, state, reason]) => `('nas', '${version}', 'stable', '${state}', 1, '${reason}')`)
  .join(", ")}`;
const expected = rows.map(([version, , , cause]) => [version, cause]);

test("causes of before: a file has the cause of each version that was set aside, by its sentence", async (t) => {
  const path = await freshPath(t);
  const sqlite = new BetterSqlite3(path);
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "0010"));
  await migrate(sqlite, path, before);
  sqlite.exec(insertion);
  sqlite.close();
  const database = await openedDatabase(t, { path });
  assert.deepEqual(
    (await ytdlpVersions(database)).map(({ version, cause }) => [version, cause]),
    expected,
  );
});

test("causes of before: a database of PostgreSQL has them, too", async (t) => {
  const server = await createPostgresDatabase();
  atEnd(t, () => server.drop());
  // As before the migration, which no later one needs.
  await server.query("ALTER TABLE ytdlp_versions DROP COLUMN cause");
  await server.query("DELETE FROM kysely_migration WHERE name >= '0006'");
  await server.query(insertion);
  const database = await openedDatabase(t, server.location);
  assert.deepEqual(
    (await ytdlpVersions(database)).map(({ version, cause }) => [version, cause]),
    expected,
  );
});
