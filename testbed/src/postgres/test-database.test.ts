import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { queryOnce } from "./query-once.ts";
import { createDatabase, freshPostgres } from "./test-database.ts";

test("test database: is empty, belongs to an ordinary account, and is one's own", async (context) => {
  const one = await freshPostgres(context);
  const other = await freshPostgres(context);
  await queryOnce(one.url, "CREATE TABLE things (n int)");
  const [row] = await one.query(
    "SELECT tableowner, (SELECT rolsuper FROM pg_roles WHERE rolname = tableowner) AS super FROM pg_tables WHERE tablename = 'things'",
  );
  assert.deepEqual(row, { tableowner: "dwld", super: false });
  await assert.rejects(queryOnce(other.url, "SELECT * FROM things"), { code: "42P01" });
});

test("test database: its location has the user, and the password in a file", async (context) => {
  const { url, location } = await freshPostgres(context);
  const password = (await readFile(location.passwordFile, "utf8")).trim();
  const { username } = new URL(location.url);
  assert.equal(location.url.replace(username, `${username}:${encodeURIComponent(password)}`), url);
});

test("test database: is dropped at the end, whoever is connected", async () => {
  const database = await createDatabase();
  const held = assert.rejects(queryOnce(database.url, "SELECT pg_sleep(60)"));
  await using other = await createDatabase();
  const isThere = async () =>
    (await other.query("SELECT 1 FROM pg_database WHERE datname = $1", [database.name])).length === 1;
  assert.ok(await isThere());
  await database.drop();
  await held;
  assert.ok(!(await isThere()));
});

test("test database: a template is filled once, however many ask for it at once, and anew if that failed", async () => {
  let fills = 0;
  const template = {
    key: `a template of ${process.pid}`,
    fill: async (url: string) => {
      fills += 1;
      await queryOnce(url, "CREATE TABLE filled AS SELECT 7 AS n");
      if (fills === 1) throw new Error("the first one fails");
    },
  };
  await assert.rejects(createDatabase({ template }), /the first one fails/);
  const databases = await Promise.all(Array.from({ length: 6 }, () => createDatabase({ template })));
  for (const { url } of databases) assert.deepEqual(await queryOnce(url, "SELECT n FROM filled"), [{ n: 7 }]);
  assert.equal(fills, 2);
  await Promise.all(databases.map((database) => database.drop()));
});
