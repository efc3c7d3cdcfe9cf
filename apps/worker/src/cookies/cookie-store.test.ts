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
  database = await openDatabase({ path: join(folder, "dwld.sqlite") });
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
  return createCookieStore(database, () => ({ one: { cookies: path }, other: {} }), {
    host: "here",
    logger,
    now: () => 1,
    onTrouble,
  });
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

/** Plays a run: makes the copy, lets yt-dlp write to it, and releases it. */
async function run(store: CookieStore, result: Parameters<CookieStore["release"]>[2], wrote?: string): Promise<string> {
  const one = await taken(store);
  const copy = join(folder, "copy");
  await writeFile(copy, wrote ?? (await readFile(one.file)));
  await store.release(one, copy, result);
  return one.name;
}

const expired = { succeeded: false, failureClass: "cookies_stale" } as const;

test("cookie store: the files of a pool are taken in turn, and a single file is a pool of one", async () => {
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

test("cookie store: a file that others can read is not used, and the operator is told", async () => {
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

test("cookie store: hidden files, folders and files without cookies are skipped", async () => {
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

test("cookie store: an empty or missing pool is unusable, and no trouble", async () => {
  const store = openStore();
  assert.match(String(await store.usable(pool)), /pool is empty: put a cookie file there$/);
  assert.match(String(await store.usable(join(folder, "no"))), /there is no .*\/no: put a cookie file there$/);
  const path = await put("a.txt");
  assert.deepEqual(await store.usable(pool), [path]);
  await rm(pool, { recursive: true });
  await store.review();
  assert.equal(trouble, "");
});

test("cookie store: stale cookies are set aside by name, for every worker, until the file changes", async () => {
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

test("cookie store: if all files are set aside, the stage has none and says which", async () => {
  await put("a.txt");
  const store = openStore();
  await run(store, { succeeded: false, failureClass: "login_required" });
  assert.equal(await store.take({ cookies: pool }), undefined);
  assert.match(String(await store.usable(pool)), /a\.txt is set aside .*wants a login all the same/);
});

test("cookie store: refreshed cookies of a successful run are written back in one step, as private as before", async () => {
  const path = await put("a.txt", "old");
  const store = openStore();
  await run(store, { succeeded: true }, cookies("new"));
  assert.equal(await readFile(path, "utf8"), cookies("new"));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(pool), ["a.txt"], "no temporary file is left");
  await run(store, { succeeded: false, failureClass: "login_required" });
  assert.deepEqual(await store.usable(pool), [path], "what was written is known to have worked");
});

test("cookie store: cookies of a failed or interrupted run are not written back, and the copy is removed", async () => {
  const path = await put("a.txt", "old");
  const store = openStore();
  await run(store, { succeeded: false }, cookies("new"));
  await run(store, { succeeded: false, failureClass: "gone" }, cookies("new"));
  assert.equal(await readFile(path, "utf8"), cookies("old"));
  assert.deepEqual(await readdir(folder).then((names) => names.filter((name) => name === "copy")), []);
});

test("cookie store: a file that the operator replaced meanwhile stays, and the run says nothing about it", async () => {
  const path = await put("a.txt", "old");
  const store = openStore();
  const one = await taken(store);
  await writeFile(path, cookies("the operator's"));
  await utimes(path, new Date(), new Date(Date.now() + 5000));
  const copy = join(folder, "copy");
  await writeFile(copy, cookies("new"));
  await store.release(one, copy, { succeeded: true });
  assert.equal(await readFile(path, "utf8"), cookies("the operator's"));
  await writeFile(copy, cookies("new"));
  await store.release(one, copy, expired);
  assert.deepEqual(await store.usable(pool), [path], "the stale ones were the old ones");
});

test("cookie store: a run that lost all cookies, or a read-only file, changes nothing", async () => {
  const path = await put("a.txt", "old");
  const store = openStore();
  await run(store, { succeeded: true }, "# Netscape HTTP Cookie File\n\n");
  assert.equal(await readFile(path, "utf8"), cookies("old"));
  await chmod(path, 0o400);
  await run(store, { succeeded: true }, cookies("new"));
  assert.equal(await readFile(path, "utf8"), cookies("old"));
});

test("cookie store: a run that puts a link or gigabytes in the place of its copy changes nothing", async () => {
  const path = await put("a.txt", "old");
  const other = join(folder, "other");
  await writeFile(other, cookies("of another stage"));
  const copy = join(folder, "copy");
  const store = openStore();
  for (const replace of [() => symlink(other, copy), () => writeFile(copy, cookies("new").repeat(100_000))]) {
    const one = await taken(store);
    await rm(copy, { force: true });
    await replace();
    await store.release(one, copy, { succeeded: true });
    assert.equal(await readFile(path, "utf8"), cookies("old"));
  }
});

test("cookie store: a link to a file stays a link", async () => {
  const path = await put("a.txt", "old");
  const linked = join(folder, "linked");
  await mkdir(linked, { mode: 0o700 });
  await symlink(path, join(linked, "link.txt"));
  const store = openStore(linked);
  const one = await store.take({ cookies: linked });
  assert.ok(one);
  const copy = join(folder, "copy");
  await writeFile(copy, cookies("new"));
  await store.release(one, copy, { succeeded: true });
  assert.equal(await readFile(path, "utf8"), cookies("new"));
  assert.equal(await readFile(join(linked, "link.txt"), "utf8"), cookies("new"));
});

test("cookie store: no line of the log holds a cookie's value", async () => {
  await put("a.txt", "geheim");
  const store = openStore();
  await run(store, expired);
  assert.ok(!logged.join("").includes("geheim"));
});
