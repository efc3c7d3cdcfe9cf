import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { createDatabase, type TestDatabase } from "@dwld/testbed";
import BetterSqlite3 from "better-sqlite3";
import { registerProcess } from "../leases/process-registry.ts";
import type { DatabaseLocation } from "../store/location.ts";
import { openDatabase } from "../store/open-database.ts";
import { room } from "../store/sqlite/sqlite-room.ts";
import { cancelTask } from "../tasks/cancel-task.ts";
import { countTasks, currentRevision, databaseIdentity, listTasks } from "../tasks/list-tasks.ts";
import { testHost } from "../testing/test-host.ts";
import {
  addedTask,
  atEnd,
  claimed,
  deliverDue,
  downloadedTask,
  freshPath,
  openedDatabase,
  sumOf,
} from "../testing/fresh-database.ts";
import { copyDatabase, copyTables } from "./copy-database.ts";

const readSecret = (file: string) => readFileSync(file, "utf8").trimEnd();

async function freshServer(t: TestContext): Promise<TestDatabase> {
  const database = await createDatabase();
  atEnd(t, () => database.drop());
  return database;
}

/** Makes a table with tasks in all stages of life, and rows that are hard to copy. */
async function filledFile(t: TestContext): Promise<string> {
  const path = await freshPath(t);
  const database = await openDatabase({ path });
  await downloadedTask(database, { link: "https://videos.example/ü'\"\\\u{1f3ac}\n\t" });
  await deliverDue(database, 5);
  await downloadedTask(database);
  const { id } = await addedTask(database, { requestId: "once" });
  await cancelTask(database, { id, scope: "all" }, 7);
  await claimed(database, "delivery", 8);
  await addedTask(database);
  await database.close();
  alter(
    path,
    `INSERT INTO thumbnails VALUES (1, x'00ff5c0a22')`,
    `UPDATE tasks SET duration_seconds = 0.1, expected_bytes = 9007199254740991, title = '' WHERE seq = 1`,
    `UPDATE tasks SET duration_seconds = 9e999, progress = '{"a":"\\u0000"}' WHERE seq = 2`,
    // A session stands before the token that it refers to.
    `INSERT INTO tokens (id, name, hash, role, chats, created_at) VALUES ('b', 'bot', 'h', 'user', '[]', 1)`,
    `INSERT INTO tokens (id, name, hash, role, chats, created_at, session_of) VALUES ('a', 'bot', 'i', 'user', '[]', 1, 'b')`,
    `INSERT INTO tombstones VALUES ('t', 'chat', 3, 4)`,
    `INSERT INTO stage_results (site, stage, successes) VALUES ('s', 'default', 5)`,
    // The number of a removed row is never given again.
    `DELETE FROM files WHERE seq = (SELECT max(seq) FROM files)`,
  );
  return path;
}

function alter(path: string, ...statements: string[]): void {
  const sqlite = new BetterSqlite3(path);
  for (const statement of statements) sqlite.exec(statement);
  sqlite.close();
}

/** Returns the whole content of a file but for its identity, as text. */
function dump(path: string): string {
  const sqlite = new BetterSqlite3(path, { readonly: true });
  const tables = sqlite
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .pluck();
  const rows = tables
    .all()
    .filter((name) => !name.startsWith("kysely"))
    .map((name) => [name, sqlite.prepare(`SELECT * FROM "${name}"`).raw().safeIntegers().all()] as const);
  sqlite.close();
  const text = JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value), 1);
  return text.replace(/"identity",\s*"\d+n"/, "the identity");
}

test("copy: SQLite to PostgreSQL and back is the same table to the last row, and works", async (t) => {
  const path = await filledFile(t);
  const before = await openDatabase({ path });
  const [identity, revision] = [await databaseIdentity(before), await currentRevision(before)];
  const counts = await countTasks(before, "all");
  const { seq } = (await listTasks(before, { scope: "all", states: [] }, { limit: 1 }))[0] ?? assert.fail();
  await before.close();
  const server = await freshServer(t);
  const there = await copyDatabase({ path }, server.location, { readSecret });
  const back = { path: await freshPath(t) };
  const copied = await copyDatabase(server.location, back, { readSecret });
  assert.deepEqual(
    copied.toSorted((one, other) => one.name.localeCompare(other.name)),
    there.toSorted((one, other) => one.name.localeCompare(other.name)),
  );
  assert.equal(dump(back.path), dump(path));

  const identities = new Set([identity]);
  for (const location of [server.location, back]) {
    const database = await openedDatabase(t, location);
    assert.equal(await currentRevision(database), revision);
    assert.deepEqual(await countTasks(database, "all"), counts);
    identities.add(await databaseIdentity(database));
    // Triggers count, and numbers go on behind those that were given.
    const added = await addedTask(database);
    assert.ok(added.seq > seq);
    assert.equal(sumOf(await countTasks(database, "all")), sumOf(counts) + 1);
    assert.ok((await currentRevision(database)) > revision);
  }
  assert.equal(identities.size, 3);
});

const refused = (text: RegExp) => ({ code: "copy", message: text });

test("copy: a number that JavaScript would round is refused with its place, and NUL is removed from texts", async (t) => {
  const path = await filledFile(t);
  const server = await freshServer(t);
  const attempt = async () => await copyDatabase({ path }, server.location, { readSecret });
  alter(
    path,
    "UPDATE tasks SET title = 'a' || char(0) || 'b' WHERE seq = 1",
    "UPDATE files SET size_bytes = 9007199254740993",
  );
  await assert.rejects(attempt(), refused(/files\.size_bytes has the number 9007199254740993, which is beyond 2\^53/));
  alter(path, "UPDATE files SET size_bytes = 10");
  const copied = await attempt();
  assert.equal(copied.find(({ name }) => name === "tasks")?.cleaned, 1);
  assert.deepEqual(await server.query("SELECT title FROM tasks WHERE seq = 1"), [{ title: "ab" }]);
});

test("copy: only an empty table is written to, and only while nobody uses either", async (t) => {
  const path = await filledFile(t);
  const server = await freshServer(t);
  await assert.rejects(
    copyDatabase({ path: `${path}-none` }, server.location, { readSecret }),
    refused(/there is no task table at .*-none/),
  );
  const user = await openDatabase({ path });
  await assert.rejects(
    copyDatabase({ path }, server.location, { readSecret }),
    refused(new RegExp(`dwld\\.sqlite is in use by process ${process.pid}: stop all of dwld`)),
  );
  await user.close();
  const worker = await openedDatabase(t, server.location);
  const onError = () => undefined;
  const registered = await registerProcess(
    worker,
    { app: "worker", host: testHost, version: "1", pid: process.pid },
    { onError },
    { intervalMs: 100 },
  );
  await assert.rejects(
    copyDatabase({ path }, server.location, { readSecret }),
    refused(/is in use by worker on \S+ \(process \d+\): stop all of dwld, on all machines/),
  );
  await registered.close();
  await addedTask(worker);
  await worker.close();
  await assert.rejects(
    copyDatabase({ path }, server.location, { readSecret }),
    refused(/is not empty \(its table tasks has rows\), and nothing is overwritten/),
  );
  await assert.rejects(copyDatabase(server.location, { path }, { readSecret }), refused(/is there already/));
});

test("copy: a row that does not arrive as it was is found, and nothing is kept", async (t) => {
  const source = await room.openCopySource({ path: await filledFile(t) }, {});
  atEnd(t, () => source.close());
  const wrongs: ((row: readonly unknown[]) => unknown[][])[] = [
    () => [],
    (row) => [row.map((value) => (value === "videos.example" ? "videos.examplE" : value))],
    (row) => [row.map((value) => (value === 0.1 ? 0.1 + Number.EPSILON : value))],
  ];
  for (const wrong of wrongs) {
    const path = await freshPath(t);
    const target = await room.openCopyTarget({ path }, {});
    const write = target.write.bind(target);
    target.write = async (table, rows) => {
      const changed = table.name === "tasks" ? [...wrong(rows[0] ?? []), ...rows.slice(1)] : rows;
      await write(table, changed as typeof rows);
    };
    await assert.rejects(
      copyTables(source, target),
      refused(/the rows of the table tasks are not in .* as they are in/),
    );
    await target.close();
    assert.deepEqual(readdirSync(dirname(path)), []);
  }
});

test("copy: one that is killed anywhere leaves nothing, and can be repeated", async (t) => {
  const path = await freshPath(t);
  const database = await openDatabase({ path });
  await Promise.all(Array.from({ length: 1000 }, async () => await addedTask(database)));
  await database.close();
  const server = await freshServer(t);
  const file = { path: await freshPath(t) };
  for (const to of [server.location, file]) {
    for (const step of ["copy tasks 500", "check tasks 1000"]) {
      await killedCopy({ path }, to, step);
      const isEmpty = "path" in to ? !existsSync(to.path) : (await server.query("SELECT 1 FROM tasks")).length === 0;
      assert.ok(isEmpty, `killed at ${step}`);
    }
    const copied = await copyDatabase({ path }, to, { readSecret });
    assert.equal(copied.find(({ name }) => name === "tasks")?.rows, 1000);
  }
  assert.deepEqual(readdirSync(dirname(file.path)), [basename(file.path)]);
});

/** Copies in a process of its own, which is killed when it tells of a step. */
async function killedCopy(from: DatabaseLocation, to: DatabaseLocation, step: string): Promise<void> {
  const script = `import { readFileSync } from "node:fs";
    import { copyDatabase } from ${JSON.stringify(new URL("copy-database.ts", import.meta.url).href)};
    await copyDatabase(${JSON.stringify(from)}, ${JSON.stringify(to)}, {
      readSecret: (file) => readFileSync(file, "utf8").trimEnd(),
      onProgress: ({ step, table, rows }) => {
        console.log(step + " " + table + " " + rows);
        if (step + " " + table + " " + rows === ${JSON.stringify(step)}) process.kill(process.pid, "SIGKILL");
      },
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  assert.equal(lines.at(-1), step);
}
