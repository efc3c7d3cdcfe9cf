import assert from "node:assert/strict";
import { test } from "node:test";
import { changeCookieFile, cookieFiles, forgetCookieFiles } from "./cookie-files.ts";
import { freshPath, openedDatabase } from "../testing/fresh-database.ts";
import type { CookieFileRow } from "../store/schema.ts";

const row = (path: string, change: Partial<CookieFileRow> = {}): CookieFileRow => ({
  path,
  stamp: "1",
  succeeded_at: null,
  refusals: 0,
  set_aside_at: null,
  failure_class: "",
  ...change,
});

test("cookie files: every process sees a record, until it is deleted", async (context) => {
  const path = await freshPath(context);
  const one = await openedDatabase(context, path);
  const other = await openedDatabase(context, path);
  await changeCookieFile(one, "/c/a", () => row("/c/a", { set_aside_at: 5, failure_class: "cookies_stale" }));
  await changeCookieFile(one, "/c/b", () => row("/c/b"));
  assert.deepEqual(await cookieFiles(other), [
    row("/c/a", { set_aside_at: 5, failure_class: "cookies_stale" }),
    row("/c/b"),
  ]);
  await changeCookieFile(other, "/c/a", (known) => known && { ...known, set_aside_at: null, stamp: "2" });
  assert.deepEqual(await cookieFiles(one, "/c/a"), [row("/c/a", { stamp: "2", failure_class: "cookies_stale" })]);
  await forgetCookieFiles(one, ["/c/a"]);
  assert.deepEqual(
    (await cookieFiles(other)).map(({ path: kept }) => kept),
    ["/c/b"],
  );
});

test("cookie files: refusals that two processes count at once are both counted", async (context) => {
  const path = await freshPath(context);
  const databases = [await openedDatabase(context, path), await openedDatabase(context, path)];
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      changeCookieFile(databases[index % 2] ?? assert.fail(), "/c", (known) =>
        row("/c", { refusals: (known?.refusals ?? 0) + 1 }),
      ),
    ),
  );
  assert.equal((await cookieFiles(databases[0] ?? assert.fail()))[0]?.refusals, 20);
});

test("cookie files: a change of nothing writes nothing", async (context) => {
  const database = await openedDatabase(context, await freshPath(context));
  await changeCookieFile(database, "/c", () => row("/c"));
  let asked = 0;
  const same = await changeCookieFile(database, "/c", (known) => {
    asked += 1;
    return known;
  });
  assert.deepEqual(same, row("/c"));
  assert.equal(asked, 1, "no transaction was opened, in which it would be asked again");
});
