import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { accounts } from "@dwld/testbed";
import { addedTask, atEnd } from "../../testing/fresh-database.ts";
import { fixed } from "../query.ts";
import { schemaState } from "../whole-table.ts";
import { findTask } from "../../tasks/list-tasks.ts";
import { emptyDatabase, openTable } from "./testing/postgres-table.ts";

test("opening: many processes that meet an empty database make its schema once", async (context) => {
  const server = await emptyDatabase(context);
  const tables = await Promise.all(Array.from({ length: 8 }, () => openTable(context, server.location)));
  const tasks = await Promise.all(tables.map((table) => addedTask(table)));
  assert.deepEqual(
    tasks.map(({ seq }) => seq).toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
});

test("opening: before it, a database without tables is known to have none, and afterwards to have those of this version", async (context) => {
  const { location } = await emptyDatabase(context);
  const readSecret = (file: string) => readFileSync(file, "utf8").trimEnd();
  for (let look = 0; look < 2; look++) assert.equal(await schemaState(location, { readSecret }), "absent");
  await openTable(context, location);
  assert.equal(await schemaState(location, { readSecret }), "current");
});

test("opening: a new table is read by its indexes from its first task on", async (context) => {
  const table = await openTable(context, (await emptyDatabase(context)).location);
  const { seq, chat_id } = await addedTask(table);
  const line = fixed("SELECT max(rank) FROM tasks WHERE chat_id = ? AND state = 'QUEUED'", chat_id);
  for (const look of [fixed("SELECT title FROM tasks WHERE seq = ?", seq), line])
    assert.match((await table.engine.explain(look)).join("\n"), /Index/);
});

test("opening: a schema that is newer is refused, also by a process that runs while it is changed", async (context) => {
  const server = await emptyDatabase(context);
  const table = await openTable(context, server.location);
  const { id, seq } = await addedTask(table);
  await server.query("INSERT INTO kysely_migration VALUES ('9999-later', '2099-01-01')");
  const newer = { problem: "newer_schema", message: /was written by a newer dwld \(its schema has "9999-later"\)/ };
  await assert.rejects(openTable(context, server.location), newer);
  await assert.rejects(addedTask(table), newer);
  assert.equal((await findTask(table, id, "all"))?.seq, seq);
});

test("opening: a database of another program is refused and left as it is", async (context) => {
  const server = await emptyDatabase(context);
  await server.query("CREATE TABLE customers (name text)");
  await assert.rejects(openTable(context, server.location), { problem: "foreign_database", message: /"customers"/ });
  assert.deepEqual(await server.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"), [
    { tablename: "customers" },
  ]);
});

test("opening: a role without a right, a wrong password and a database that is not there are told with what to do", async (context) => {
  const server = await emptyDatabase(context);
  const role = `role_${randomBytes(6).toString("hex")}`;
  await server.query(`CREATE ROLE ${role} LOGIN PASSWORD '${accounts.owner.password}'`);
  atEnd(context, async () => {
    await server.query(`DROP OWNED BY ${role}`);
    await server.query(`DROP ROLE ${role}`);
  });
  await openTable(context, server.location);
  const { location } = server;
  const ofRole = { ...location, url: location.url.replace("dwld@", `${role}@`) };
  const lacksRight = { problem: "unwritable", message: /refuses dwld a right \(permission denied for \w+ \w+\)/ };
  await assert.rejects(openTable(context, ofRole), lacksRight);
  await server.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
  await assert.rejects(openTable(context, ofRole), {
    problem: "unwritable",
    message: /: GRANT [^;]* ON "attempts" TO/,
  });
  await server.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
  const opened = await openTable(context, ofRole);
  await server.query(`REVOKE INSERT ON tasks FROM ${role}`);
  await assert.rejects(addedTask(opened), lacksRight);

  const elsewhere = { ...location, url: location.url.replace(server.name, "nowhere") };
  await assert.rejects(openTable(context, elsewhere), { problem: "unopenable", message: /nowhere does not exist/ });
  const readSecret = () => "wrong";
  await assert.rejects(openTable(context, location, { readSecret }), {
    problem: "unopenable",
    message: /refuses to log dwld in \(password authentication failed for user "dwld"\).*passwordFile/,
  });
});
