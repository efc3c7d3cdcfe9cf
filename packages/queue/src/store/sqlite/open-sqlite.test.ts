import assert from "node:assert/strict";
import { execFile, execFileSync, fork } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import BetterSqlite3 from "better-sqlite3";
import { sql } from "kysely";
import { raw } from "../database.ts";
import { DatabaseError, type DatabaseProblem } from "../database-error.ts";
import {
  addedTask,
  atEnd,
  freshFile,
  freshPath,
  openedAgain,
  openedDatabase,
  request,
} from "../../testing/fresh-database.ts";
import { startProcess } from "../../testing/start-process.ts";
import { findTask, listTasks } from "../../tasks/list-tasks.ts";
import { migrations } from "./migrate.ts";
import { openDatabase } from "../open-database.ts";

const pragma = (name: string) => raw(sql<Record<string, unknown>>`SELECT * FROM ${sql.raw(`pragma_${name}`)}`);

test("open: every connection, even to a file that is in WAL already, waits for the disk at each commit", async (t) => {
  const path = await freshPath(t);
  for (const round of ["new", "opened again"]) {
    const database = await openDatabase({ path });
    const value = async (name: string) => Object.values((await database.get(pragma(name))) ?? {})[0];
    assert.equal(await value("journal_mode"), "wal", round);
    assert.equal(await value("synchronous"), 2, `${round}: FULL is 2`);
    assert.equal(await value("foreign_keys"), 1, round);
    assert.equal(await value("journal_size_limit"), 16 * 1024 * 1024, round);
    await database.close();
  }
});

test("open: no other user reads the table or the files beside it, and an earlier version's is mended", async (t) => {
  const base = dirname(await freshPath(t));
  const path = join(base, "data/dwld.sqlite");
  const umask = process.umask(0o022);
  // A new task concerns these topics.
  const suffixes = ["", "-wal", "-shm", "-notify-downloads", "-notify-changes"];
  atEnd(t, () => process.umask(umask));
  const openToOthers = () => suffixes.filter((suffix) => (statSync(`${path}${suffix}`).mode & 0o007) !== 0);
  const database = await openedDatabase(t, { path });
  await addedTask(database);
  assert.deepEqual(openToOthers(), []);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o750);
  for (const suffix of suffixes) chmodSync(`${path}${suffix}`, 0o644);
  await addedTask(await openedDatabase(t, { path }));
  assert.deepEqual(openToOthers(), []);
  assert.equal(statSync(path).mode & 0o777, 0o640, "what the group may is the operator's affair");
});

test("open: six processes that open a new file at once all succeed, ten times", async (t) => {
  const processes = await Promise.all(Array.from({ length: 6 }, () => startProcess(t, fork)));
  for (let round = 0; round < 10; round++) {
    const path = await freshPath(t);
    await Promise.all(processes.map((other) => other.ask("open", { path })));
    await Promise.all(processes.map((other) => other.ask("add", [request()])));
    const database = await openDatabase({ path });
    assert.equal((await listTasks(database, { scope: "all", states: [] }, { limit: 10 })).length, 6);
    const applied = await database.all(raw(sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`));
    assert.deepEqual(
      applied.map(({ name }) => name),
      Object.keys(migrations),
    );
    await database.close();
    await Promise.all(processes.map((other) => other.ask("close")));
  }
});

test("open: an up-to-date file is opened while another holds the write lock", async (t) => {
  const path = await freshPath(t);
  await (await openDatabase({ path })).close();
  const writer = new BetterSqlite3(path);
  atEnd(t, () => writer.close());
  writer.exec("BEGIN IMMEDIATE");
  const database = await openedDatabase(t, { path });
  assert.equal(await findTask(database, "none", "all"), undefined);
});

test("open: a file of a newer dwld is refused and left as it is", async (t) => {
  const path = await freshPath(t);
  await (await openDatabase({ path })).close();
  const sqlite = new BetterSqlite3(path);
  sqlite.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2099')");
  sqlite.close();
  await isRefused(path, "newer_schema", /newer dwld.*"9999-later".*Start that version/);
});

test("open: a database of another program is refused and left as it is", async (t) => {
  const path = await freshPath(t);
  const sqlite = new BetterSqlite3(path);
  sqlite.exec("CREATE TABLE links (link TEXT UNIQUE); INSERT INTO links VALUES ('https://videos.example/1')");
  sqlite.close();
  await isRefused(path, "foreign_database", /another program.*"links".*another file in database\.path/);
});

test("open: a file that is no database is refused and left as it is", async (t) => {
  const path = await freshPath(t);
  writeFileSync(path, "Dear diary, ".repeat(1000));
  await isRefused(
    path,
    "not_a_database",
    /not an intact SQLite database.*dwld restore BACKUP.*another file in database\.path/,
  );
});

test("open: a path that cannot be opened is named, with what to do", async (t) => {
  const path = await freshPath(t);
  writeFileSync(path, "");
  const advice = /cannot be opened.*Check that its folder exists.*or change database\.path/;
  await isRefused(join(path, "below-a-file.sqlite"), "unopenable", advice);
  await isRefused("/proc/no-such-folder/dwld.sqlite", "unopenable", advice);
  mkdirSync(`${path}.d`);
  await isRefused(`${path}.d`, "unopenable", advice);
  await isRefused(join(dirname(path), "long".repeat(100), "dwld.sqlite"), "unopenable", advice);
});

test("open: a file on a disk that is mounted read-only is named, with what to do", async (t) => {
  const path = await freshPath(t);
  await (await openDatabase({ path })).close();
  const folder = dirname(path);
  const mount = (...words: string[]) => execFileSync("mount", words, { stdio: "pipe" });
  try {
    mount("--bind", folder, folder);
  } catch (error) {
    t.skip(`this machine lets nobody mount: ${String(error)}`);
    return;
  }
  atEnd(t, () => execFileSync("umount", [folder]));
  mount("-o", "remount,bind,ro", folder);
  await isRefused(path, "unopenable", /cannot be opened.*the user that runs dwld may write there/);
  await isRefused(join(folder, "new.sqlite"), "unopenable", /cannot be opened/);
});

test("open: a user that may not write the file is told so", async (t) => {
  const path = await freshPath(t);
  await (await openDatabase({ path })).close();
  chmodSync(dirname(path), 0o755);
  for (const name of readdirSync(dirname(path))) chmodSync(join(dirname(path), name), 0o444);
  const program = `
import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, "../open-database.ts"))};
    // The modules are loaded first, from a checkout that the other user may not be able to read.
    await (await openDatabase({ path: ${JSON.stringify(await freshPath(t))} })).close();
    process.setuid?.(65534);
    await openDatabase({ path: ${JSON.stringify(path)} }).then(() => console.log("opened"), (error) => console.log(error.problem + " " + error.message));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  assert.match(stdout, /^unwritable .*dwld\.sqlite cannot be written/);
});

test("open: an open file keeps no program from its end", async (t) => {
  const program = `
import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, "../open-database.ts"))};
    const database = await openDatabase({ path: ${JSON.stringify(await freshPath(t))} });
    database.notifier.listen(["changes"], () => undefined);
    await database.write(async () => 1);
  `;
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], { timeout: 20_000 });
});

test("write-ahead log: it does not grow with the writes while another process has the table open", async (t) => {
  const database = await freshFile(t);
  const reader = await openedAgain(t, database);
  let written = 0;
  for (let count = 0; count < 400; count++) {
    const title = "x".repeat(100_000);
    await addedTask(database, { title });
    written += title.length;
    assert.equal((await listTasks(reader, { scope: "all", states: [] }, { limit: 1 }))[0]?.title, title);
  }
  const { size } = statSync(`${database.name}-wal`);
  assert(size < written / 4, `${size} bytes of log for ${written}`);
});

/** Asserts that the message names the path, and that the files of the folder have the bytes that they had. */
async function isRefused(path: string, problem: DatabaseProblem, message: RegExp): Promise<void> {
  const before = snapshot(path);
  await assert.rejects(openDatabase({ path }), (error) => {
    assert(error instanceof DatabaseError, String(error));
    assert.equal(error.problem, problem, error.message);
    assert.match(error.message, message);
    assert(error.message.includes(path), error.message);
    return true;
  });
  assert.deepEqual(snapshot(path), before);
}

function snapshot(path: string): Record<string, string> {
  try {
    const names = readdirSync(dirname(path), { withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(names.map(({ name }) => [name, readFileSync(join(dirname(path), name), "base64")]));
  } catch {
    return {};
  }
}
