import assert from "node:assert/strict";
import { fork } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { test, type TestContext } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { backUpDatabase, restoreDatabase } from "../whole-table.ts";
import { BackupError } from "../backup-error.ts";
import type { Database } from "../database.ts";
import { DatabaseError } from "../database-error.ts";
import { addedTask, atEnd, freshFile, freshPath, openedDatabase, request } from "../../testing/fresh-database.ts";
import { startProcess } from "../../testing/start-process.ts";
import { countTasks, databaseIdentity, listTasks } from "../../tasks/list-tasks.ts";
import { openDatabase } from "../open-database.ts";

const now = new Date("2026-01-02T03:04:05.678Z");

const says = (message: RegExp) => (error: unknown) => {
  assert(error instanceof BackupError || error instanceof DatabaseError, String(error));
  assert.match(error.message, message);
  return true;
};

const ids = async (database: Database) =>
  (await listTasks(database, { scope: "all", states: [] }, { limit: 99 })).map(({ id }) => id);

/** Makes a backup with one task, of a table that has another since, and closes it. */
async function backedUp(t: TestContext) {
  const database = await freshFile(t);
  const { id: kept } = await addedTask(database);
  const backup = (await backUpDatabase(database.location, `${await freshPath(t)}-backup`)).path;
  const { id: later } = await addedTask(database);
  const identity = await databaseIdentity(database);
  await database.close();
  return { path: database.name, backup, kept, later, identity };
}

/** The state after kill -9: the newest task is in the log alone. */
async function killedWith(t: TestContext): Promise<{ path: string; id: string }> {
  const running = await freshFile(t);
  const { id } = await addedTask(running);
  const path = await freshPath(t);
  for (const suffix of ["", "-wal", "-shm"]) copyFileSync(`${running.name}${suffix}`, `${path}${suffix}`);
  return { path, id };
}

test("restore: the table has what the backup has, and the one before is kept aside whole", async (t) => {
  const { path, backup, kept, later, identity } = await backedUp(t);
  const { keptAside, tasks } = await restoreDatabase({ path }, backup, { now });
  assert.equal(keptAside, `${path}.aside-20260102T030405Z`);
  assert.equal(tasks?.QUEUED, 1);
  const restored = await openedDatabase(t, { path });
  assert.deepEqual(await ids(restored), [kept]);
  assert.notEqual(await databaseIdentity(restored), identity, "a revision of the one before means nothing in this one");
  assert.deepEqual(await ids(await openedDatabase(t, { path: keptAside })), [later, kept]);
  assert.equal(
    (await countTasks(await openedDatabase(t, { path: backup }), "all")).QUEUED,
    1,
    "the backup is there as it was",
  );
});

test("restore: one that is stopped leaves the table and its folder as they were", async (t) => {
  const { path, backup } = await backedUp(t);
  const before = [readdirSync(dirname(path)), readFileSync(path)];
  const stopped = new Error("stopped");
  await assert.rejects(restoreDatabase({ path }, backup, { now, signal: AbortSignal.abort(stopped) }), stopped);
  assert.deepEqual([readdirSync(dirname(path)), readFileSync(path)], before);
});

test("restore: the log of the table before is kept aside with it, and does not come into the backup", async (t) => {
  const { backup, kept } = await backedUp(t);
  const { path, id } = await killedWith(t);
  const { keptAside = "" } = await restoreDatabase({ path }, backup, { now });
  assert.deepEqual(
    readdirSync(dirname(path)).toSorted(),
    ["dwld.sqlite", ...["", "-shm", "-wal"].map((suffix) => `${basename(keptAside)}${suffix}`)].toSorted(),
  );
  assert.deepEqual(await ids(await openedDatabase(t, { path })), [kept]);
  assert.deepEqual(await ids(await openedDatabase(t, { path: keptAside })), [id]);
});

test("restore: an empty table is made by the next start, and the one before is kept aside", async (t) => {
  const { path, kept, later } = await backedUp(t);
  const { keptAside = "", tasks } = await restoreDatabase({ path }, undefined, { now });
  assert.equal(tasks, undefined);
  assert(!existsSync(path));
  assert.deepEqual(await ids(await openedDatabase(t, { path })), []);
  assert.deepEqual(await ids(await openedDatabase(t, { path: keptAside })), [later, kept]);
  assert.deepEqual(
    await restoreDatabase({ path: await freshPath(t) }, undefined, { now }).then((it) => it.keptAside),
    undefined,
  );
});

test("restore: a log whose table is gone is kept aside, too", async (t) => {
  const { backup, kept } = await backedUp(t);
  const { path, id } = await killedWith(t);
  const gone = `${await freshPath(t)}-gone`;
  renameSync(path, gone);
  await assert.rejects(openDatabase({ path }), says(/is gone or empty/));
  const { keptAside = "" } = await restoreDatabase({ path }, backup, { now });
  assert.deepEqual(await ids(await openedDatabase(t, { path })), [kept]);
  renameSync(gone, keptAside);
  assert.deepEqual(await ids(await openedDatabase(t, { path: keptAside })), [id]);
});

test("restore: a table that was kept aside is never overwritten, even within one second", async (t) => {
  const { path, backup } = await backedUp(t);
  const first = await restoreDatabase({ path }, backup, { now });
  const bytes = readFileSync(first.keptAside ?? "");
  const second = await restoreDatabase({ path }, backup, { now });
  assert.equal(second.keptAside, `${first.keptAside ?? ""}-2`);
  assert(readFileSync(first.keptAside ?? "").equals(bytes));
});

test("restore: a table that is in use is not replaced, even if it is too damaged to say so", async (t) => {
  const { path, backup } = await backedUp(t);
  const other = await startProcess(t, fork);
  await other.ask("open", { path });
  await other.ask("add", [request()]);
  const inUse = says(new RegExp(`is in use by process ${other.pid}: stop all of dwld`));
  const names = readdirSync(dirname(path));
  await assert.rejects(restoreDatabase({ path }, backup, { now }), inUse);
  await assert.rejects(restoreDatabase({ path }, undefined, { now }), inUse);
  writeFileSync(path, "nonsense", { flag: "r+" });
  await assert.rejects(restoreDatabase({ path }, backup, { now }), inUse);
  assert.deepEqual(readdirSync(dirname(path)), names);
  await other.kill("SIGKILL");
  await restoreDatabase({ path }, backup, { now });
});

test("restore: a file that is no intact backup of this version is refused, and the table stays as it is", async (t) => {
  const { path, backup } = await backedUp(t);
  const bytes = readFileSync(path);
  const names = readdirSync(dirname(path));
  const damagedBackup = `${backup}-damaged`;
  copyFileSync(backup, damagedBackup);
  writeFileSync(damagedBackup, "x".repeat(5000), { flag: "r+" });
  const newer = `${backup}-newer`;
  copyFileSync(backup, newer);
  const sqlite = new BetterSqlite3(newer);
  sqlite.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2099')");
  sqlite.close();
  const foreign = `${backup}-foreign`;
  const letters = new BetterSqlite3(foreign);
  atEnd(t, () => letters.close());
  letters.exec("CREATE TABLE letters (text)");
  const expected: [string, RegExp][] = [
    [damagedBackup, /damaged|not an intact/],
    [newer, /was written by a newer dwld/],
    [foreign, /is no task table of dwld/],
    [`${backup}-none`, /there is no task table at/],
    [path, /is the task table itself/],
  ];
  for (const [given, message] of expected)
    await assert.rejects(restoreDatabase({ path }, given, { now }), says(message));
  assert(readFileSync(path).equals(bytes));
  assert.deepEqual(readdirSync(dirname(path)), names);
});

test("restore: the table belongs to the owner of the one before, or of its folder", async (t) => {
  if (process.getuid?.() !== 0) {
    t.skip("only root may give files away");
    return;
  }
  const { path, backup } = await backedUp(t);
  chownSync(path, 65534, 65533);
  chmodSync(path, 0o640);
  await restoreDatabase({ path }, backup, { now });
  const { uid, gid, mode } = statSync(path);
  assert.deepEqual([uid, gid, mode & 0o777], [65534, 65533, 0o640]);
  const fresh = await freshPath(t);
  chownSync(dirname(fresh), 65532, 65531);
  await restoreDatabase({ path: fresh }, backup, { now });
  assert.deepEqual([statSync(fresh).uid, statSync(fresh).gid, statSync(fresh).mode & 0o777], [65532, 65531, 0o600]);
});
