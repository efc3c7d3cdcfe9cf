import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { addTask, type TaskRequest } from "../tasks/add-task.ts";
import { lookForWork } from "../leases/look-for-work.ts";
import { claimTask, type ClaimKind, type Lease } from "../leases/claim-task.ts";
import { type Database, query } from "../store/database.ts";
import type { DatabaseLocation } from "../store/location.ts";
import { openLocation } from "./open-location.ts";
import { placeTable } from "./place-table.ts";
import { recordDelivered } from "./record-delivery.ts";
import type { TaskRow } from "../store/schema.ts";
import { type DownloadedFile, settleDownload } from "../runner/settle-download.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { filesOf } from "../tasks/list-tasks.ts";
import { defaultOptions } from "@dwld/options";
import type { Host } from "../hosts/host.ts";
import { testHost } from "./test-host.ts";

/** The functions to call at the end of a test, last in first out: a database is closed before its folder is removed. */
const endings = new WeakMap<TestContext, (() => unknown)[]>();

export function atEnd(test: TestContext, ending: () => unknown): void {
  const known = endings.get(test);
  if (known !== undefined) {
    known.push(ending);
    return;
  }
  const list = [ending];
  endings.set(test, list);
  test.after(async () => {
    for (const end of list.toReversed()) await end();
  });
}

/** Returns a path for a database in a folder of its own. */
export async function freshPath(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-queue-"));
  atEnd(test, () => rm(folder, { recursive: true, force: true }));
  return join(folder, "dwld.sqlite");
}

/**
 * Returns the location of a new task table: a file, or with DWLD_TEST_ENGINE=postgres a database of a real server.
 *
 * @param content default: the schema of today, as a copy.
 */
export async function freshLocation(test: TestContext, content?: "empty"): Promise<DatabaseLocation> {
  return process.env["DWLD_TEST_ENGINE"] === "postgres"
    ? await freshPostgresLocation(test, content)
    : await freshFileLocation(test, content);
}

async function freshFileLocation(test: TestContext, content?: "empty"): Promise<DatabaseLocation> {
  const path = await freshPath(test);
  if (content !== "empty") await placeTable(path);
  return { path };
}

/** Opens a new task table. */
export async function freshDatabase(test: TestContext): Promise<Database> {
  return await openedDatabase(test, await freshLocation(test));
}

/** Opens a new file, whichever engine the tests are run on. */
export async function freshFile(test: TestContext): Promise<Database> {
  return await openedDatabase(test, await freshFileLocation(test));
}

export async function openedDatabase(test: TestContext, location: DatabaseLocation): Promise<Database> {
  const database = await openLocation(location);
  atEnd(test, () => database.close());
  return database;
}

/** Opens the table of a database as another process would. */
export async function openedAgain(test: TestContext, { location }: Database): Promise<Database> {
  return await openedDatabase(test, location);
}

/** Opens a new task table as the environment says: a file in the folder, or a database that `remove` drops. */
export async function openTableIn(folder: string): Promise<{ database: Database; remove: () => Promise<void> }> {
  if (process.env["DWLD_TEST_ENGINE"] !== "postgres") {
    const path = join(folder, "dwld.sqlite");
    await placeTable(path);
    return { database: await openLocation({ path }), remove: async () => {} };
  }
  const { createPostgresDatabase } = await import("./postgres-database.ts");
  const server = await createPostgresDatabase();
  return { database: await openLocation(server.location), remove: () => server.drop() };
}

async function freshPostgresLocation(test: TestContext, content?: "empty"): Promise<DatabaseLocation> {
  // Imported only here, since it is large.
  const { createPostgresDatabase } = await import("./postgres-database.ts");
  const database = await createPostgresDatabase(content);
  atEnd(test, () => database.drop());
  return database.location;
}

let links = 0;

/** Returns a request that equals no other, except for what is given. */
export function request(given: Partial<TaskRequest> = {}): TaskRequest {
  links += 1;
  return {
    link: `https://videos.example/${links}`,
    site: "videos.example",
    chatId: "chat",
    userName: "ann",
    folder: "",
    targetQuality: 0,
    options: defaultOptions,
    ...given,
  };
}

export async function addedTask(database: Database, given: Partial<TaskRequest> = {}, now = 1): Promise<TaskRow> {
  return (await addTask(database, request(given), now)).task;
}

/** Claims a task for a process that is not registered. */
export async function claimed(
  database: Database,
  kind: ClaimKind = "download",
  now = 1,
  processId = "process",
): Promise<Lease> {
  const lease = await claimTask(database, kind, { processId, host: testHost, defaultSiteParallel: 1000 }, now);
  assert(lease !== undefined, "nothing to claim");
  return lease;
}

export const file: DownloadedFile = {
  name: "video.mp4",
  localPath: "/downloads/video.mp4",
  sizeBytes: 10,
  sha256: "0".repeat(64),
};

/** Returns a new task that waits for its delivery. */
export async function downloadedTask(
  database: Database,
  given: Partial<TaskRequest> = {},
  files: readonly DownloadedFile[] = [file],
  host = testHost.name,
): Promise<TaskRow> {
  const { seq } = await addedTask(database, given);
  const lease = await claimed(database);
  assert.equal(lease.task.seq, seq, "another task was first in line");
  const outcome = { outcome: "downloaded", files, media: {}, host } as const;
  assert.equal(await settleDownload(database, lease, outcome, 2), "settled");
  return await row(database, seq);
}

/** Records the delivery of each file of a task. */
export async function deliverFiles(database: Database, lease: Lease): Promise<void> {
  for (const one of await filesOf(database, [lease.task.seq])) await recordDelivered(database, lease, { file: one }, 3);
}

/** Delivers all tasks of a host that are due. Returns their number. */
export async function deliverDue(database: Database, now: number, host: Host = testHost): Promise<number> {
  for (let count = 0; ; count += 1) {
    const lease = await claimTask(database, "delivery", { processId: "process", host, defaultSiteParallel: 1000 }, now);
    if (lease === undefined) return count;
    await deliverFiles(database, lease);
    await settleDelivery(database, lease, { outcome: "delivered" }, now);
  }
}

/** Returns the task even if it is hidden. */
export async function rowIfThere(database: Database, seq: number): Promise<TaskRow | undefined> {
  return await database.get(query.selectFrom("tasks").selectAll().where("seq", "=", seq));
}

export async function row(database: Database, seq: number): Promise<TaskRow> {
  const task = await rowIfThere(database, seq);
  assert(task !== undefined, `task ${seq} is gone`);
  return task;
}

/** Returns when the next waiting task or paused site is due, in milliseconds since the epoch. */
export async function nextDueTime(database: Database, now: number): Promise<number | undefined> {
  return (await lookForWork(database, "download", { defaultSiteParallel: 1 }, now)).nextAt;
}

/** Returns the sum over all states. */
export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
