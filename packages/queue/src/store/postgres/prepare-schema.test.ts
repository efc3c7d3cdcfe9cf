import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { createDatabase, databaseUrl } from "@dwld/testbed";
import { atEnd, addedTask, claimed, freshPath } from "../../testing/fresh-database.ts";
import type { PostgresLocation } from "../location.ts";
import { openDatabase } from "../open-database.ts";
import { migrateDatabase } from "../whole-table.ts";
import { migrations } from "./migrate.ts";

const readSecret = (file: string) => readFileSync(file, "utf8").trimEnd();

/** Makes a database of `dwld`, and a role that may do nothing there but log in. */
async function ownedDatabase(t: TestContext) {
  const database = await createDatabase();
  atEnd(t, () => database.drop());
  const user = `worker_${database.name}`;
  const passwordFile = `${await freshPath(t)}.password`;
  writeFileSync(passwordFile, "of the worker\n");
  await database.query(`CREATE ROLE ${user} LOGIN PASSWORD 'of the worker'`);
  atEnd(t, () => database.query(`DROP OWNED BY ${user}`).then(() => database.query(`DROP ROLE ${user}`)));
  const url = databaseUrl(database, database.name, user);
  const { passwordFile: ownersFile } = database.location;
  const owner = { user: "dwld", passwordFile: ownersFile };
  return { database, user, worker: { url, passwordFile }, both: { url, passwordFile, owner } };
}

async function opens(location: PostgresLocation) {
  return await openDatabase(location, { readSecret });
}

const refuses = (text: RegExp) => ({ code: "database", problem: "unwritable", message: text });

test("rights: the owner makes the tables, and a role that works with them owns nothing and may change no table", async (t) => {
  const { database, user, worker, both } = await ownedDatabase(t);
  await (await opens(both)).close();
  // From now on, the owner's password is not needed.
  const table = await opens(worker);
  atEnd(t, () => table.close());
  await addedTask(table);
  await claimed(table);
  const rights = await database.query(
    `SELECT table_name AS name, string_agg(privilege_type, ', ' ORDER BY privilege_type) AS rights
      FROM information_schema.role_table_grants WHERE grantee = $1 GROUP BY 1 ORDER BY 1`,
    [user],
  );
  const special = rights.filter((row) => row["rights"] !== "DELETE, INSERT, SELECT, UPDATE");
  assert.ok(rights.length > 10);
  assert.deepEqual(
    special.map((row) => `${String(row["name"])}: ${String(row["rights"])}`),
    ["counters: SELECT, UPDATE", "kysely_migration: SELECT", "kysely_migration_lock: SELECT", "secrets: SELECT"],
  );
  const asWorker = (text: string) => database.query(`SET ROLE ${user}; ${text}`);
  for (const text of ["CREATE TABLE x (n int)", "DROP TABLE tasks", "TRUNCATE tasks", "DELETE FROM secrets"])
    await assert.rejects(asWorker(text), { code: "42501" }, text);
});

test("rights: a missing one is named as the GRANT to run, and granted where the owner is known", async (t) => {
  const { database, user, worker, both } = await ownedDatabase(t);
  await assert.rejects(opens(worker), refuses(/may not make tables.* GRANT USAGE, CREATE ON SCHEMA public TO worker_/));
  await (await opens(both)).close();
  await database.query(`REVOKE INSERT, DELETE ON files FROM ${user}`);
  const grant = `GRANT INSERT, DELETE ON "files" TO ${user}`;
  await assert.rejects(opens(worker), refuses(new RegExp(`As the owner of the tables: ${grant}; or name that owner`)));
  await database.query(grant);
  await (await opens(worker)).close();
  await database.query(`REVOKE ALL ON SCHEMA public FROM ${user}, PUBLIC; REVOKE ALL ON tasks FROM ${user}`);
  await (await opens(both)).close();
  await (await opens(worker)).close();
});

test("rights: where the owner's password cannot be read, the command for it is named", async (t) => {
  const { worker, both } = await ownedDatabase(t);
  const unreadable = { ...both, owner: { user: "dwld", passwordFile: "/none" } };
  const asUnit = async () =>
    await openDatabase(unreadable, {
      readSecret: (file) => {
        if (file === "/none") throw Object.assign(new Error("/none may not be read"), { code: "configuration" });
        return readSecret(file);
      },
    });
  await assert.rejects(
    asUnit(),
    refuses(/the password of database\.owner cannot be read here\. Run `sudo dwld database/),
  );
  assert.deepEqual(await migrateDatabase(both, { readSecret }), Object.keys(migrations));
  assert.deepEqual(await migrateDatabase(both, { readSecret }), []);
  await (await asUnit()).close();
  await (await opens(worker)).close();
});

test("durability: a server that would lose what it has answered is refused at each open", async (t) => {
  const { database, user, both } = await ownedDatabase(t);
  await (await opens(both)).close();
  await database.query(`ALTER ROLE ${user} SET synchronous_commit = off`);
  await assert.rejects(opens(both), {
    problem: "unopenable",
    message: /loses links that were accepted .*: synchronous_commit is off\. As the superuser: ALTER SYSTEM SET synchr/,
  });
  await database.query(`ALTER ROLE ${user} SET synchronous_commit = local`);
  await (await opens(both)).close();
});
