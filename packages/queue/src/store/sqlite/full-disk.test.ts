import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { sql } from "kysely";
import { type Database, type DatabaseOptions, raw } from "../database.ts";
import { DatabaseError } from "../database-error.ts";
import { addedTask, atEnd, freshFile, openedDatabase } from "../../testing/fresh-database.ts";
import { findTask, listTasks } from "../../tasks/list-tasks.ts";
import { openDatabase } from "../open-database.ts";
import { registerProcess } from "../../leases/process-registry.ts";
import { testHost } from "../../testing/test-host.ts";

/** Makes a table that cannot grow, as on a full disk, until there is space. */
async function fullDatabase(t: Parameters<typeof freshFile>[0], options: DatabaseOptions) {
  const first = await freshFile(t);
  await addedTask(first);
  const database = await openDatabase({ path: first.name }, options);
  atEnd(t, () => database.close());
  const limit = async (count: number) => await database.all(raw(sql`PRAGMA max_page_count = ${sql.lit(count)}`));
  await limit((await database.get(raw(sql<{ page_count: number }>`PRAGMA page_count`)))?.page_count ?? 0);
  return { database, makeRoom: () => limit(1_000_000) };
}

const large = (database: Database) => addedTask(database, { link: `https://videos.example/${"x".repeat(100_000)}` });

test("patience: a patient process's writes wait until the disk has space, and that is told once", async (t) => {
  const told: (string | undefined)[] = [];
  const { database, makeRoom } = await fullDatabase(t, {
    patientUntil: new AbortController().signal,
    onTrouble: (trouble) => told.push(trouble?.problem),
  });
  const adding = large(database);
  await eventually("the trouble is known", () => database.trouble?.problem === "disk_full");
  const beside = addedTask(database);
  assert.equal(
    (await listTasks(database, { scope: "all", states: [] }, { limit: 9 })).length,
    1,
    "what is there can be read",
  );
  await makeRoom();
  for (const { id, seq } of await Promise.all([adding, beside]))
    assert.equal((await findTask(database, id, "all"))?.seq, seq);
  assert.equal(database.trouble, undefined);
  assert.deepEqual(told, ["disk_full", undefined]);
});

test("patience: a patient process that is told to stop waits no longer", async (t) => {
  const stopping = new AbortController();
  const { database } = await fullDatabase(t, { patientUntil: stopping.signal });
  const adding = large(database);
  await eventually("the trouble is known", () => database.trouble !== undefined);
  stopping.abort();
  await assert.rejects(adding, (error) => error instanceof DatabaseError && error.problem === "disk_full");
});

test("patience: a transaction that writes nothing does not end the trouble of a full disk", async (t) => {
  const told: (string | undefined)[] = [];
  const { database } = await fullDatabase(t, { onTrouble: (trouble) => told.push(trouble?.problem) });
  await assert.rejects(large(database), /is full/);
  await database.write(async () => {});
  await assert.rejects(large(database), /is full/);
  assert.deepEqual(told, ["disk_full"]);
});

test("patience: a process that starts while the disk is full is registered as soon as there is space", async (t) => {
  const { database, makeRoom } = await fullDatabase(t, {});
  const write = database.write.bind(database);
  let full = true;
  database.write = async (change, notify) => {
    if (full) throw new DatabaseError("disk_full", "full");
    return await write(change, notify);
  };
  const errors: unknown[] = [];
  const self = { app: "api", host: testHost, version: "1", pid: process.pid } as const;
  const registered = await registerProcess(
    database,
    self,
    { onError: (error) => errors.push(error) },
    { intervalMs: 5 },
  );
  atEnd(t, () => registered.close());
  assert.equal(errors.length, 1);
  await makeRoom();
  full = false;
  await eventually("it is in the table", async () => {
    const [row] = await database.all(raw(sql<{ id: string }>`SELECT id FROM processes`));
    return row !== undefined && row.id === registered.processId;
  });
});

test("patience: a disk that became read-only refuses with what to look at, and is used again when it takes writes", async (t) => {
  // The temporary files of a test may be in memory, where nothing can be made immutable.
  const folder = await mkdtemp("/var/tmp/dwld-read-only-");
  atEnd(t, () => rm(folder, { recursive: true }));
  const path = join(folder, "dwld.sqlite");
  const database = await openedDatabase(t, { path });
  const before = await addedTask(database);
  const files = [path, `${path}-wal`];
  try {
    // Linux refuses writes to an immutable file, even if it is open already (ext4).
    execFileSync("chattr", ["+i", ...files], { stdio: "pipe" });
  } catch (error) {
    t.skip(`NOT TESTED: nothing can be made immutable here: ${String(error)}`);
    return;
  }
  atEnd(t, () => execFileSync("chattr", ["-i", ...files]));
  const refused = await addedTask(database).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refused === undefined) {
    t.skip("NOT TESTED: this file system writes into what is immutable");
    return;
  }
  assert(refused instanceof DatabaseError);
  assert(refused.mayPass);
  assert.match(
    refused.message,
    /does not do what it is told \(SQLITE_IOERR_WRITE\).*read-only.*dmesg|cannot be written/,
  );
  assert.equal((await findTask(database, before.id, "all"))?.seq, before.seq);
  execFileSync("chattr", ["-i", ...files]);
  const { id, seq } = await addedTask(database);
  assert.equal((await findTask(database, id, "all"))?.seq, seq);
  assert.equal(database.trouble, undefined);
});

test("patience: a full disk refuses the write with its path and loses nothing, and with space again it works", async (t) => {
  const { database, makeRoom } = await fullDatabase(t, {});
  const beside = addedTask(database);
  await assert.rejects(Promise.all([large(database), beside]), (error) => {
    assert(error instanceof DatabaseError);
    assert.equal(error.problem, "disk_full");
    assert.match(error.message, /dwld\.sqlite is full/);
    return true;
  });
  await assert.rejects(beside, /full/, "what shared the transaction was not stored either, and says so");
  await makeRoom();
  const later = await large(database);
  const ids = (await listTasks(database, { scope: "all", states: [] }, { limit: 10 })).map(({ id }) => id);
  assert.equal(ids.length, 2);
  assert.equal(ids[0], later.id);
});
