import assert from "node:assert/strict";
import { hash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { query } from "../database.ts";
import { DatabaseError } from "../database-error.ts";
import { damageMark } from "./find-damage.ts";
import { addedTask, freshFile, freshPath, openedDatabase } from "../../testing/fresh-database.ts";
import { listTasks } from "../../tasks/list-tasks.ts";
import { openDatabase } from "../open-database.ts";

const pageBytes = 4096;

/** Makes a table with tasks whose titles have a length, and closes it. */
async function filled(t: TestContext, count: number, titleLength: number): Promise<string> {
  const database = await freshFile(t);
  await Promise.all(Array.from({ length: count }, () => addedTask(database, { title: "x".repeat(titleLength) })));
  await database.close();
  return database.name;
}

/** Writes nonsense over the pages that hold titles, which are most of them. */
function damagePages(path: string, from = 0.4, to = 0.6): void {
  const pages = Math.floor(statSync(path).size / pageBytes);
  const file = openSync(path, "r+");
  for (let page = Math.floor(pages * from); page < pages * to; page++)
    writeSync(file, Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, page * pageBytes);
  closeSync(file);
}

function snapshot(path: string): Record<string, string> {
  const names = readdirSync(dirname(path)).filter((name) => !name.endsWith("-shm"));
  return Object.fromEntries(names.map((name) => [name, hash("sha256", readFileSync(join(dirname(path), name)))]));
}

/** Asserts that the message says what to do, and that the file and its log have the bytes that they had. */
async function isRefused(path: string, message: RegExp): Promise<void> {
  const before = snapshot(path);
  await assert.rejects(openDatabase({ path }), (error) => {
    assert(error instanceof DatabaseError, String(error));
    assert.match(error.message, message);
    assert.match(error.message, /left as it is\. Stop all of dwld; then `dwld restore BACKUP`.*`dwld restore --empty`/);
    assert(error.message.startsWith(path), error.message);
    return true;
  });
  assert.deepEqual(snapshot(path), before);
}

test("damage: a table that is cut off is refused at the start and left as it is", async (t) => {
  const path = await filled(t, 100, 1000);
  truncateSync(path, Math.floor(statSync(path).size / 2));
  await isRefused(path, /is damaged/);
});

test("damage: a table with pages of nonsense is refused at the start and left as it is", async (t) => {
  const path = await filled(t, 100, 1000);
  damagePages(path);
  await isRefused(path, /is damaged \(.+\)/);
});

test("damage: a table whose beginning is nonsense is refused at the start and left as it is", async (t) => {
  const path = await filled(t, 10, 10);
  damagePages(path, 0, 0.01);
  await isRefused(path, /is not an intact SQLite database/);
});

test("damage: a damaged table with a log beside it keeps its log, and nothing is written into the file", async (t) => {
  const running = await openedDatabase(t, { path: await filled(t, 100, 1000) });
  await addedTask(running);
  // The state after kill -9.
  const path = await freshPath(t);
  for (const suffix of ["", "-wal"]) copyFileSync(`${running.name}${suffix}`, `${path}${suffix}`);
  damagePages(path);
  await isRefused(path, /is damaged/);
});

test("damage: a table that is gone while its log is there is not begun anew", async (t) => {
  const database = await freshFile(t);
  await addedTask(database);
  const path = await freshPath(t);
  copyFileSync(`${database.name}-wal`, `${path}-wal`);
  await isRefused(path, /is gone or empty, and its log, which is of no use alone, is still there/);
  assert(!existsSync(path));
});

test("damage: a large table is checked whole after a process met damage or the machine went down, and not otherwise", async (t) => {
  // Larger than a table that is checked whole each time.
  const path = await filled(t, 700, 100_000);
  const intact = `${path}-intact`;
  copyFileSync(path, intact);
  damagePages(path);
  await (await openDatabase({ path })).close();
  const tellOfDamage = () => closeSync(openSync(damageMark(path), "w"));
  tellOfDamage();
  await isRefused(path, /is damaged/);
  copyFileSync(intact, path);
  const database = await openDatabase({ path });
  assert(!existsSync(damageMark(path)), "what was looked at and is intact is no longer suspected");
  const row = { app: "worker", host: hostname(), pid: 1, version: "1", started_at: 1, seen_at: 1 };
  const identity = JSON.stringify({ pid: 1, startTicks: 1, bootId: "another life of the machine" });
  await database.write(
    async (transaction) =>
      await transaction.run(query.insertInto("processes").values({ ...row, id: "cut off", identity })),
  );
  await database.close();
  damagePages(path);
  await isRefused(path, /is damaged/);
});

test("damage: if a running process meets it, writing ends, it is told once, and the next start refuses the file", async (t) => {
  const path = await filled(t, 700, 100_000);
  const told: (string | undefined)[] = [];
  const database = await openDatabase({ path }, { onTrouble: (trouble) => told.push(trouble?.problem) });
  damagePages(path);
  await assert.rejects(
    listTasks(database, { scope: "all", states: [] }, { limit: 1000 }),
    (error) => error instanceof DatabaseError && error.problem === "damaged",
  );
  await assert.rejects(addedTask(database), (error) => error instanceof DatabaseError && error.isFinal);
  await assert.rejects(addedTask(database), /is damaged/);
  assert.equal(database.trouble?.problem, "damaged");
  assert.deepEqual(told, ["damaged"]);
  await database.close();
  await isRefused(path, /is damaged/);
});
