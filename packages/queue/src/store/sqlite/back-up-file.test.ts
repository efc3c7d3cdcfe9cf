import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { openSync, closeSync, readdirSync, statSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import BetterSqlite3 from "better-sqlite3";
import { backUpDatabase } from "../whole-table.ts";
import { BackupError } from "../backup-error.ts";
import { DatabaseError } from "../database-error.ts";
import { addedTask, atEnd, freshFile, freshPath, openedDatabase, request } from "../../testing/fresh-database.ts";
import { startProcess } from "../../testing/start-process.ts";
import { countTasks, findTask, listTasks } from "../../tasks/list-tasks.ts";
import { openDatabase } from "../open-database.ts";

const says = (message: RegExp) => (error: unknown) => {
  assert(error instanceof BackupError || error instanceof DatabaseError, String(error));
  assert.match(error.message, message);
  return true;
};

/** A path beside the table. */
const namesIn = (path: string) => readdirSync(dirname(path)).filter((name) => !name.startsWith("dwld.sqlite"));

test("backup: it is one moment of a table that others write all the while", async (t) => {
  const path = await freshPath(t);
  const database = await openDatabase({ path });
  await Promise.all(Array.from({ length: 300 }, () => addedTask(database, { title: "x".repeat(30_000) })));
  const before = await addedTask(database);
  await database.close();
  const writer = await startProcess(t, fork);
  await writer.ask("open", { path });
  await writer.ask("addPairs", request());
  await eventually("it writes", () => writer.count("added") > 3);
  const shares: number[] = [];
  const seen = writer.count("added");
  const backup = await backUpDatabase({ path }, join(dirname(path), "backup"), {
    onProgress: (done) => {
      shares.push(done);
    },
  });
  await eventually("it still writes", () => writer.count("added") > seen + 3);
  await writer.ask("endPairs");
  const copy = await openedDatabase(t, { path: backup.path });
  const count = (await countTasks(copy, "all")).QUEUED;
  assert.deepEqual(backup.tasks, await countTasks(copy, "all"));
  assert.equal(count, (await listTasks(copy, { scope: "all", states: [] }, { limit: 10_000 })).length);
  assert.equal((count - 301) % 2, 0, "of two tasks of one transaction there is never one alone");
  assert(count >= 301 + 2 * seen, "what was answered before is in it");
  assert.equal((await findTask(copy, before.id, "all"))?.seq, before.seq);
  assert(shares.length > 0 && shares.every((share, index) => share >= (shares[index - 1] ?? 0) && share <= 1));
});

test("backup: it is one file that its owner alone may read, and nothing else is left", async (t) => {
  const path = await freshPath(t);
  const database = await openDatabase({ path });
  await addedTask(database);
  for (const name of ["while it runs", "stopped"]) {
    if (name === "stopped") await database.close();
    const names = readdirSync(dirname(path));
    const backup = await backUpDatabase({ path }, join(dirname(path), name));
    assert.equal(statSync(backup.path).mode & 0o777, 0o600);
    assert.equal(statSync(backup.path).size, backup.sizeBytes);
    assert.equal(backup.tasks.QUEUED, 1);
    assert.deepEqual(readdirSync(dirname(path)).toSorted(), [...names, name].toSorted());
  }
});

test("backup: no existing file is overwritten", async (t) => {
  const { name: path } = await freshFile(t);
  const there = await freshPath(t);
  writeFileSync(there, "precious");
  const link = join(dirname(there), "link");
  symlinkSync("/nowhere", link);
  for (const target of [there, link, dirname(there), path]) {
    const before = readdirSync(dirname(target));
    await assert.rejects(backUpDatabase({ path }, target), says(/is there already, and nothing is overwritten/));
    assert.deepEqual(readdirSync(dirname(target)), before);
  }
  // This target is made during the copy.
  const late = join(dirname(there), "late");
  await assert.rejects(
    backUpDatabase({ path }, late, { onProgress: () => writeFileSync(late, "precious") }).then(() =>
      backUpDatabase({ path }, late),
    ),
    says(/is there already/),
  );
});

test("backup: one that is broken off leaves nothing", async (t) => {
  const database = await freshFile(t);
  await Promise.all(Array.from({ length: 300 }, () => addedTask(database, { title: "x".repeat(100_000) })));
  const broken = new AbortController();
  const onProgress = () => {
    broken.abort(new Error("enough"));
  };
  const target = join(dirname(database.name), "backup");
  await assert.rejects(backUpDatabase(database.location, target, { signal: broken.signal, onProgress }), /enough/);
  assert.deepEqual(namesIn(target), []);
});

test("backup: a source or target that does not serve is named, with what to do", async (t) => {
  const { name: path } = await freshFile(t);
  const target = join(dirname(await freshPath(t)), "backup");
  await assert.rejects(
    backUpDatabase({ path: `${path}-none` }, target),
    says(/there is no task table at .*see database\.path/),
  );
  await assert.rejects(backUpDatabase({ path: dirname(path) }, target), says(/there is no task table/));
  await assert.rejects(
    backUpDatabase({ path }, join(target, "no", "such")),
    says(/nothing can be written into .*folder/),
  );
  const foreign = await freshPath(t);
  const sqlite = new BetterSqlite3(foreign);
  atEnd(t, () => sqlite.close());
  sqlite.exec("CREATE TABLE links (link TEXT)");
  await assert.rejects(backUpDatabase({ path: foreign }, target), says(/is no task table of dwld/));
  writeFileSync(`${foreign}.txt`, "Dear diary, ".repeat(1000));
  await assert.rejects(backUpDatabase({ path: `${foreign}.txt` }, target), says(/is not an intact SQLite database/));
  assert.deepEqual(namesIn(target), []);
});

test("backup: none is made of a damaged table, wherever the damage is", async (t) => {
  const database = await freshFile(t);
  await Promise.all(Array.from({ length: 100 }, () => addedTask(database, { title: "x".repeat(10_000) })));
  await database.close();
  const file = openSync(database.name, "r+");
  writeSync(file, Buffer.alloc(8192, 0xa5), 0, 8192, 4096 * Math.floor(statSync(database.name).size / 8192));
  closeSync(file);
  const target = join(dirname(await freshPath(t)), "backup");
  await assert.rejects(
    backUpDatabase(database.location, target),
    says(new RegExp(`${basename(database.name)} is damaged`)),
  );
  assert.deepEqual(namesIn(target), []);
});
