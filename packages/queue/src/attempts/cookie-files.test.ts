import assert from "node:assert/strict";
import { test } from "node:test";
import { changeCookieFile, cookieFiles, forgetCookieFiles } from "./cookie-files.ts";
import { freshDatabase, openedAgain } from "../testing/fresh-database.ts";
import type { CookieFileRow } from "../store/schema-of-hosts.ts";

const row = (path: string, change: Partial<CookieFileRow> = {}): CookieFileRow => ({
  host: "here",
  path,
  stamp: "1",
  succeeded_at: null,
  refusals: 0,
  set_aside_at: null,
  failure_class: "",
  ...change,
});

test("cookie files: every process sees a record, until it is deleted", async (context) => {
  const one = await freshDatabase(context);
  const other = await openedAgain(context, one);
  await changeCookieFile(one, { host: "here", path: "/c/a" }, () =>
    row("/c/a", { set_aside_at: 5, failure_class: "cookies_stale" }),
  );
  await changeCookieFile(one, { host: "here", path: "/c/b" }, () => row("/c/b"));
  assert.deepEqual(await cookieFiles(other, "here"), [
    row("/c/a", { set_aside_at: 5, failure_class: "cookies_stale" }),
    row("/c/b"),
  ]);
  await changeCookieFile(
    other,
    { host: "here", path: "/c/a" },
    (known) => known && { ...known, set_aside_at: null, stamp: "2" },
  );
  assert.deepEqual(await cookieFiles(one, "here", "/c/a"), [
    row("/c/a", { stamp: "2", failure_class: "cookies_stale" }),
  ]);
  await forgetCookieFiles(one, "here", ["/c/a"]);
  assert.deepEqual(
    (await cookieFiles(other, "here")).map(({ path: kept }) => kept),
    ["/c/b"],
  );
});

test("cookie files: refusals that two processes count at once are both counted", async (context) => {
  const one = await freshDatabase(context);
  const databases = [one, await openedAgain(context, one)];
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      changeCookieFile(databases[index % 2] ?? assert.fail(), { host: "here", path: "/c" }, (known) =>
        row("/c", { refusals: (known?.refusals ?? 0) + 1 }),
      ),
    ),
  );
  assert.equal((await cookieFiles(databases[0] ?? assert.fail(), "here"))[0]?.refusals, 20);
});

test("cookie files: a change of nothing writes nothing", async (context) => {
  const database = await freshDatabase(context);
  await changeCookieFile(database, { host: "here", path: "/c" }, () => row("/c"));
  let asked = 0;
  const same = await changeCookieFile(database, { host: "here", path: "/c" }, (known) => {
    asked += 1;
    return known;
  });
  assert.deepEqual(same, row("/c"));
  assert.equal(asked, 1, "no transaction was opened, in which it would be asked again");
});

test("cookie files: each host has records of its own, since a path is another file there", async (context) => {
  const database = await freshDatabase(context);
  const aside = row("/c", { set_aside_at: 5 });
  await changeCookieFile(database, { host: "here", path: "/c" }, () => aside);
  await changeCookieFile(database, { host: "there", path: "/c" }, () => row("/c", { host: "there" }));
  assert.deepEqual(await cookieFiles(database, "here"), [aside]);
  await forgetCookieFiles(database, "there", ["/c"]);
  assert.deepEqual(await cookieFiles(database, "here", "/c"), [aside]);
  assert.deepEqual(await cookieFiles(database, "there"), []);
});
