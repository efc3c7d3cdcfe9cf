import assert from "node:assert/strict";
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { addTask, openDatabase } from "@dwld/queue";
import { TaskState, TroubleKind, type WatchTasksResponse } from "@dwld/rpc";
import {
  type Dwld,
  eventually,
  idleYtdlp,
  MountError,
  mountSmallDisk,
  type SmallDisk,
  startDwld,
  startSampleSite,
  waitForTask,
} from "@dwld/testbed";

const patience = { deadlineMs: 60_000 };
const lookEveryMs = 100;

/** A disk for the task table alone; undefined, and the test says why, where nobody may mount. */
async function tableDisk(t: TestContext): Promise<SmallDisk | undefined> {
  try {
    return await mountSmallDisk(8);
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    t.skip(error.message);
    return undefined;
  }
}

async function startOn(disk: SmallDisk, apps: ("api" | "worker")[]): Promise<Dwld> {
  return await startDwld({ apps, configuration: { database: { path: join(disk.path, "dwld.sqlite") } } });
}

async function refusal(call: Promise<unknown>): Promise<ConnectError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return ConnectError.from(error);
  }
}

async function next(
  stream: AsyncIterator<WatchTasksResponse>,
  name: WatchTasksResponse["event"]["case"],
): Promise<WatchTasksResponse["event"]> {
  for (;;) {
    const result = await stream.next();
    if (result.done === true) assert.fail(`the stream ended before ${name}`);
    if (result.value.event.case === name) return result.value.event;
  }
}

let links = 0;
const add = (dwld: Dwld) => dwld.client.addTask({ link: `https://videos.example/${++links}` });

async function readiness(dwld: Dwld, app: "api" | "worker"): Promise<{ status: number; reason: string }> {
  const answer = await fetch(`${dwld.health[app]}/readyz`);
  const { checks } = (await answer.json()) as { checks: Record<string, { reason?: string }> };
  return { status: answer.status, reason: checks["database"]?.reason ?? "" };
}

it("table trouble: while the disk of the task table is full, links are refused and all else is answered; with room it goes on by itself", async (t) => {
  await using disk = await tableDisk(t);
  if (disk === undefined) return;
  await using dwld = await startOn(disk, ["api"]);
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.unshift((await add(dwld)).task?.id ?? "");
  const leave = new AbortController();
  const watch = () => dwld.client.watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]();
  const watcher = watch();
  await next(watcher, "snapshot");

  await disk.fill();
  const refused = await eventually(
    "a link is refused",
    async () => {
      const added = await refusal(add(dwld).then(({ task }) => ids.unshift(task?.id ?? "")));
      return added;
    },
    patience,
  );
  assert.equal(refused.code, Code.ResourceExhausted);
  assert.match(refused.rawMessage, /the disk of the task table is full; nothing was changed; free some space/);
  await eventually("it is not ready", async () => (await readiness(dwld, "api")).status === 503, patience);
  assert.match((await readiness(dwld, "api")).reason, /disk of .* is full/);

  const listed = async () => (await dwld.client.listTasks({})).tasks.map(({ id }) => id);
  assert.deepEqual(await listed(), ids);
  assert.equal((await dwld.client.getTask({ id: ids[0] ?? "" })).task?.id, ids[0]);
  const status = await dwld.client.getStatus({});
  assert.equal(status.counts.find(({ state }) => state === TaskState.QUEUED)?.count, BigInt(ids.length));
  assert.match(status.processes[0]?.trouble ?? "", /is full/);
  assert.equal(status.processes[0]?.troubles[0]?.kind, TroubleKind.TABLE);
  const snapshot = await next(watch(), "snapshot");
  assert.equal(snapshot.case === "snapshot" && snapshot.value.tasks.length, ids.length);
  for (const call of ["cancelTask", "deleteTask"] as const)
    assert.equal((await refusal(dwld.client[call]({ id: ids[0] ?? "" })))?.code, Code.ResourceExhausted, call);

  await disk.makeRoom();
  const later = (await add(dwld)).task?.id ?? "";
  assert.deepEqual(await listed(), [later, ...ids]);
  assert.equal((await readiness(dwld, "api")).status, 200);
  const changed = await next(watcher, "changed");
  assert.equal(changed.case === "changed" && changed.value.id, later);
  leave.abort();
  const errors = dwld.output("api").match(/"level":"error".*/g);
  assert.equal(errors?.length, 1, "told once, and not with each beat");
});

it("table trouble: a download that ends while the disk of the task table is full is recorded as soon as there is room", async (t) => {
  await using disk = await tableDisk(t);
  if (disk === undefined) return;
  await using site = await startSampleSite({
    videos: [{ name: "slow", sizeBytes: 2_000_000, throttleBytesPerSecond: 300_000 }],
  });
  await using dwld = await startOn(disk, ["api", "worker"]);
  const { task } = await dwld.client.addTask({ link: site.mediaLink("slow") });
  const id = task?.id ?? "";
  await waitForTask(dwld.client, id, TaskState.DOWNLOADING);
  await eventually("bytes arrive", () => site.requests.length > 1, patience);
  await disk.fill();
  await eventually(
    "the worker knows",
    async () => (await readiness(dwld, "worker")).reason.includes("is full"),
    patience,
  );
  await eventually("all of it was sent", () => site.requests.every(({ ended }) => ended), patience);
  assert.equal((await dwld.client.getTask({ id })).task?.state, TaskState.DOWNLOADING);
  await disk.makeRoom();
  await waitForTask(dwld.client, id, TaskState.DONE, 60_000);
  const done = (await dwld.client.getTask({ id })).task;
  assert.equal(done?.attempts.length, 1);
  assert.ok(existsSync(done.files[0]?.localPath ?? ""));
  assert.ok(!dwld.output("worker").includes('"fatal"'), dwld.output("worker"));
});

describe("table trouble that passes", () => {
  let dwld: Dwld;
  before(async () => {
    dwld = await startDwld({ apps: ["api"] });
  });
  after(() => dwld.stop());

  /** Adds 20 tasks. Returns how many there are. */
  async function fill(): Promise<number> {
    for (let count = 0; count < 20; count += 1) await add(dwld);
    return (await dwld.client.listTasks({ pageSize: 100 })).tasks.length;
  }

  for (const [what, holding] of [
    ["is locked by another process", "BEGIN EXCLUSIVE; UPDATE tasks SET title = 'changed'"],
    ["is being migrated elsewhere", "BEGIN IMMEDIATE; ALTER TABLE tasks ADD COLUMN later TEXT; CREATE TABLE more (x)"],
  ] as const)
    it(`table trouble: while the table ${what} for 3 s, nothing that is asked for is empty or in part, and a link is taken after it`, async () => {
      const tasks = await fill();
      const other = new DatabaseSync(join(dwld.data, "dwld.sqlite"), { timeout: 10_000 });
      other.exec(holding);
      const heldUntil = performance.now() + 3000;
      let taken = false;
      const adding = add(dwld).finally(() => {
        taken = true;
      });
      let looks = 0;
      for (; performance.now() < heldUntil; looks += 1) {
        const [listed, status, watched] = await Promise.all([
          dwld.client.listTasks({ pageSize: 100 }),
          dwld.client.getStatus({}),
          firstOf(dwld),
        ]);
        assert.equal(listed.tasks.length, tasks);
        assert.equal(status.counts.find(({ state }) => state === TaskState.QUEUED)?.count, BigInt(tasks));
        assert.equal(watched.case === "snapshot" && watched.value.tasks.length, tasks);
        assert.ok(!taken);
        // Each look takes what it takes; without end they would take the cores from other tests.
        await pause(lookEveryMs);
      }
      assert.ok(looks > 1);
      other.exec("ROLLBACK");
      other.close();
      await adding;
      assert.equal((await dwld.client.listTasks({ pageSize: 100 })).tasks.length, tasks + 1);
    });

  it("table trouble: a table that was moved away takes no links, what it has is answered, and back in its place it goes on", async () => {
    const { task } = await add(dwld);
    const path = join(dwld.data, "dwld.sqlite");
    renameSync(path, `${path}.elsewhere`);
    assert.equal((await refusal(add(dwld)))?.code, Code.Unavailable);
    assert.equal((await dwld.client.getTask({ id: task?.id ?? "" })).task?.id, task?.id);
    assert.match((await readiness(dwld, "api")).reason, /moved away or removed/);
    renameSync(`${path}.elsewhere`, path);
    await add(dwld);
    assert.equal((await readiness(dwld, "api")).status, 200);
  });
});

async function firstOf(dwld: Dwld): Promise<WatchTasksResponse["event"]> {
  const leave = new AbortController();
  const stream = dwld.client.watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]();
  const event = await next(stream, "snapshot");
  leave.abort();
  return event;
}

it("table trouble: when a newer dwld has brought the table up to date, the older processes end, and do not start again on it", async () => {
  await using dwld = await startDwld({
    apps: ["api", "worker"],
    configuration: { worker: { ytdlp: { command: idleYtdlp } } },
  });
  await add(dwld);
  const newer = new DatabaseSync(join(dwld.data, "dwld.sqlite"), { timeout: 10_000 });
  newer.exec(`BEGIN IMMEDIATE; ALTER TABLE tasks ADD COLUMN later TEXT;
    INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2099'); COMMIT`);
  const message = /dwld\.sqlite was written by a newer dwld \(its schema has "9999-later"\)\. Start that version/;
  for (const app of ["api", "worker"] as const) {
    assert.equal((await dwld.waitForEnd(app, 60_000)).exitStatus, 1);
    assert.match(dwld.output(app), message);
  }
  assert.equal(newer.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
  const changes = newer.prepare("SELECT total(revision) AS sum FROM tasks").get()?.["sum"];
  newer.close();
  await assert.rejects(dwld.restart("api"), message);
  const stopped = new DatabaseSync(join(dwld.data, "dwld.sqlite"), { timeout: 10_000 });
  assert.equal(stopped.prepare("SELECT total(revision) AS sum FROM tasks").get()?.["sum"], changes);
  stopped.close();
});

it("table trouble: damage that shows while it runs ends all writing, and the next start refuses the file as it is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-api-"));
  const path = join(folder, "dwld.sqlite");
  const database = await openDatabase({ path });
  const request = { site: "s", chatId: "c", userName: "ann", folder: "", targetQuality: 0, options: {} as never };
  const title = "x".repeat(50_000);
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => addTask(database, { ...request, link: `https://s/${n}`, title }, 1)),
  );
  await database.close();
  await using dwld = await startDwld({ apps: ["api"], configuration: { database: { path } } });
  const file = openSync(path, "r+");
  const half = Math.floor(statSync(path).size / 2);
  writeSync(file, Buffer.alloc(1_000_000, 0xa5), 0, 1_000_000, half - (half % 4096));
  closeSync(file);
  const listing = await refusal(dwld.client.listTasks({ pageSize: 200 }));
  assert.equal(listing?.code, Code.DataLoss);
  assert.match(listing.rawMessage, /the task table is damaged/);
  assert.equal((await refusal(add(dwld)))?.code, Code.DataLoss);
  const { status, reason } = await readiness(dwld, "api");
  assert.equal(status, 503);
  assert.match(reason, /is damaged.*`dwld restore BACKUP`/);
  assert.equal((await dwld.client.getStatus({})).counts.length > 0, true, "what can be read is answered");
  await dwld.kill("api");
  const left = readFileSync(path);
  await assert.rejects(dwld.restart("api"), /is damaged.*`dwld restore BACKUP`/);
  assert.equal((await dwld.waitForEnd("api")).exitStatus, 65, "systemd starts it no more");
  assert.ok(readFileSync(path).equals(left), "no start changes it");
  await rm(folder, { recursive: true });
});
