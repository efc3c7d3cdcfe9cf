import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { createLogger } from "@dwld/daemon";
import { type Database, openDatabase } from "@dwld/queue";
import { type CookieStore, createCookieStore, type TakenCookies } from "./cookie-store.ts";

const cookies = (value: string) => `# Netscape HTTP Cookie File\n\n.a.example\tTRUE\t/\tTRUE\t0\tsession\t${value}\n`;

let folder = "";
let pool = "";
let database: Database;
let logged: string[] = [];
let trouble = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-cookies-"));
  pool = join(folder, "pool");
  await mkdir(pool, { mode: 0o700 });
  database = await openDatabase(join(folder, "dwld.sqlite"));
  logged = [];
  trouble = "";
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

function openStore(path: string = pool): CookieStore {
  const logger = createLogger({ level: "debug", app: "test" }, { write: (line: string) => void logged.push(line) });
  const onTrouble = (text: string) => void (trouble = text);
  return createCookieStore(database, { one: { cookies: path }, other: {} }, { logger, now: () => 1, onTrouble });
}

async function put(name: string, value = name): Promise<string> {
  const path = join(pool, name);
  await writeFile(path, cookies(value), { mode: 0o600 });
  return path;
}

async function taken(store: CookieStore): Promise<TakenCookies> {
  const one = await store.take({ cookies: pool });
  assert.ok(one, "there is a file to take");
  return one;
}

/** A run: the copy is made, yt-dlp writes into it, and it is given back. */
async function run(
  store: CookieStore,
  result: Parameters<CookieStore["giveBack"]>[2],
  wrote?: string,
): Promise<string> {
  const one = await taken(store);
  const copy = join(folder, "copy");
  await writeFile(copy, wrote ?? (await readFile(one.file)));
  await store.giveBack(one, copy, result);
  return one.name;
}

const expired = { succeeded: false, failureClass: "cookies_stale" } as const;

test("the files of a pool are taken in turn; a single file is one of a pool of one", async () => {
  await put("a.txt");
  await put("b.txt");
  const store = openStore();
  assert.deepEqual(
    [await taken(store), await taken(store), await taken(store)].map(({ name }) => name),
    [...["a.txt", "b.txt", "a.txt"]],
  );
  const single = openStore(join(pool, "b.txt"));
  assert.equal((await single.take({ cookies: join(pool, "b.txt") }))?.file, join(pool, "b.txt"));
  assert.equal(await store.take({}), undefined, "a stage without cookies");
});

test("what others can read is not used, and they are told of", async () => {
  const open = await put("open.txt");
  await put("own.txt");
  await chmod(open, 0o640);
  await chmod(pool, 0o755);
  const store = openStore();
  assert.deepEqual(
    [await taken(store), await taken(store)].map(({ name }) => name),
    ["own.txt", "own.txt"],
  );
  await store.review();
  assert.match(trouble, /open\.txt can be read by others.*chmod 600/);
  await chmod(pool, 0o700);
  await store.review();
  assert.equal(trouble, "", "nobody else gets into the folder");
});

test("what is no cookie file, hidden, or a folder is left alone", async () => {
  await writeFile(join(pool, "cookies.json"), '[{"name": "session"}]', { mode: 0o600 });
  await writeFile(join(pool, ".hidden"), cookies("x"), { mode: 0o600 });
  await mkdir(join(pool, "folder"));
  const store = openStore();
  assert.equal(await store.take({ cookies: pool }), undefined);
  assert.match(
    String(await store.usable(pool)),
    /cookies\.json holds no cookies in Netscape's format.*folder is no file/,
  );
});

test("an empty pool and a missing one are missing, and no trouble", async () => {
  const store = openStore();
  assert.match(String(await store.usable(pool)), /pool is empty: put a cookie file there$/);
  assert.match(String(await store.usable(join(folder, "no"))), /there is no .*\/no: put a cookie file there$/);
  const path = await put("a.txt");
  assert.deepEqual(await store.usable(pool), [path]);
  await rm(pool, { recursive: true });
  await store.review();
  assert.equal(trouble, "");
});

test("cookies that are stale are set aside by name, for every worker, and come back when the file changes", async () => {
  const path = await put("a.txt");
  await put("b.txt");
  const store = openStore();
  assert.equal(await run(store, expired), "a.txt");
  assert.match(trouble, /a\.txt is set aside since 1970-01-01 00:00 UTC: the login has expired; export fresh cookies/);
  assert.ok(logged.some((line) => line.includes("a.txt is set aside") && line.includes('"warn"')));
  const other = openStore();
  assert.deepEqual(
    [await taken(store), await taken(other), await taken(other)].map(({ name }) => name),
    [...["b.txt", "b.txt", "b.txt"]],
  );
  await writeFile(path, cookies("fresh"));
  await utimes(path, new Date(), new Date(Date.now() + 5000));
  assert.equal((await taken(other)).name, "a.txt", "it is in use again without a restart");
  await store.review();
  assert.equal(trouble, "");
  assert.ok(logged.some((line) => line.includes("can be used again")));
});

test("where all are set aside, the stage has none, and says which", async () => {
  await put("a.txt");
  const store = openStore();
  await run(store, { succeeded: false, failureClass: "login_required" });
  assert.equal(await store.take({ cookies: pool }), undefined);
  assert.match(String(await store.usable(pool)), /a\.txt is set aside .*wants a login all the same/);
});

test("what yt-dlp wrote is kept when the run succeeded, in one step, as private as it was", async () => {
  const path = await put("a.txt", "old");
  const store = openStore();
  await run(store, { succeeded: true }, cookies("new"));
  assert.equal(await readFile(path, "utf8"), cookies("new"));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(pool), ["a.txt"], "no temporary file is left");
  await run(store, { succeeded: false, failureClass: "login_required" });
  assert.deepEqual(await store.usable(pool), [path], "what was written is known to have worked");
});

test("what a failed or interrupted run wrote is not kept, and the copy is gone in any case", async () => {
  const path = await put("a.txt", "old");
  const store = openStore();
  await run(store, { succeeded: false }, cookies("new"));
  await run(store, { succeeded: false, failureClass: "gone" }, cookies("new"));
  assert.equal(await readFile(path, "utf8"), cookies("old"));
  assert.deepEqual(await readdir(folder).then((names) => names.filter((name) => name === "copy")), []);
});

test("a file that the operator replaced meanwhile stays his, and the run says nothing about it", async () => {
  const path = await put("a.txt", "old");
  const store = openStore();
  const one = await taken(store);
  await writeFile(path, cookies("the operator's"));
  await utimes(path, new Date(), new Date(Date.now() + 5000));
  const copy = join(folder, "copy");
  await writeFile(copy, cookies("new"));
  await store.giveBack(one, copy, { succeeded: true });
  assert.equal(await readFile(path, "utf8"), cookies("the operator's"));
  await writeFile(copy, cookies("new"));
  await store.giveBack(one, copy, expired);
  assert.deepEqual(await store.usable(pool), [path], "the stale ones were the old ones");
});

test("a run that lost all cookies, and a file that may not be written, change nothing", async () => {
  const path = await put("a.txt", "old");
  const store = openStore();
  await run(store, { succeeded: true }, "# Netscape HTTP Cookie File\n\n");
  assert.equal(await readFile(path, "utf8"), cookies("old"));
  await chmod(path, 0o400);
  await run(store, { succeeded: true }, cookies("new"));
  assert.equal(await readFile(path, "utf8"), cookies("old"));
});

test("a link to a file stays a link", async () => {
  const path = await put("a.txt", "old");
  const linked = join(folder, "linked");
  await mkdir(linked, { mode: 0o700 });
  await symlink(path, join(linked, "link.txt"));
  const store = openStore(linked);
  const one = await store.take({ cookies: linked });
  assert.ok(one);
  const copy = join(folder, "copy");
  await writeFile(copy, cookies("new"));
  await store.giveBack(one, copy, { succeeded: true });
  assert.equal(await readFile(path, "utf8"), cookies("new"));
  assert.equal(await readFile(join(linked, "link.txt"), "utf8"), cookies("new"));
});

test("no line of the log holds a cookie's value", async () => {
  await put("a.txt", "geheim");
  const store = openStore();
  await run(store, expired);
  assert.ok(!logged.join("").includes("geheim"));
});
