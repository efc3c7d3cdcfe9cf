import assert from "node:assert/strict";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { createLogger } from "@dwld/daemon";
import { parseOptions } from "@dwld/options";
import { addTask, type Database, type DownloadedFile, openDatabase, type TaskRow } from "@dwld/queue";
import { claimTask, settleDelivery, settleDownload, testHost } from "@dwld/queue/testing";
import { MountError, mountSmallDisk, type SmallDisk } from "@dwld/testbed";
import { DiskAdmission } from "./disk-admission.ts";

const mebibyte = 1024 * 1024;
const reserve = 2 * mebibyte;
const failure = { failureClass: "delivery", message: "", advice: { en: "", ru: "" } };

/** The admission for a disk of 16 MiB, with the task table on another one. */
class Bench {
  readonly volume: SmallDisk;
  readonly database: Database;
  readonly disk: DiskAdmission;
  readonly logLines: string[] = [];
  readonly troubles = { space: "", room: "" };
  wakes = 0;

  constructor(volume: SmallDisk, database: Database, settings: object) {
    this.volume = volume;
    this.database = database;
    this.disk = new DiskAdmission({
      database,
      host: testHost,
      worker: { downloads: volume.path, minFreeBytes: reserve, ...settings },
      logger: createLogger({ level: "info", app: "worker" }, { write: (line) => void this.logLines.push(line) }),
      now: () => 5,
      setTrouble: (source, trouble) => {
        this.troubles[source] = trouble;
      },
      wake: () => (this.wakes += 1),
    });
  }

  /** A task in download. */
  async claimed(): Promise<{
    task: TaskRow;
    settle: (outcome: Parameters<typeof settleDownload>[2]) => Promise<unknown>;
  }> {
    const link = `https://videos.example/${Math.random()}`;
    const asked = { site: "s", chatId: "", userName: "", folder: "", targetQuality: 0 };
    await addTask(this.database, { ...asked, link, options: parseOptions({ options: "{}" }) }, 1);
    const lease = await claimTask(this.database, "download", { processId: "p", defaultSiteParallel: 99 }, 1);
    assert.ok(lease);
    return { task: lease.task, settle: (outcome) => settleDownload(this.database, lease, outcome, 5) };
  }
}

async function startBench(context: TestContext, settings: object = {}): Promise<Bench | undefined> {
  try {
    const volume = await mountSmallDisk(16);
    context.after(() => volume.unmount());
    const table = await mountSmallDisk(16);
    context.after(() => table.unmount());
    const database = await openDatabase({ path: join(table.path, "dwld.sqlite") });
    const bench = new Bench(volume, database, settings);
    context.after(async () => {
      bench.disk.close();
      await database.close();
    });
    return bench;
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    context.skip(error.message);
    return undefined;
  }
}

test("disk admission: below the reserve nothing is claimed, it is logged once, and seen though nothing is to be downloaded, as is space", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const on = await startBench(context);
  if (on === undefined) return;
  assert.equal(await on.disk.mayClaim(), true);
  const poll = async () => {
    context.mock.timers.tick(5000);
    await setImmediate();
  };
  await poll();
  assert.equal(on.wakes, 0, "nothing has changed");
  await on.volume.fill(mebibyte);
  while (on.wakes === 0) await poll();
  for (let count = 0; count < 3; count += 1) assert.equal(await on.disk.mayClaim(), false);
  assert.match(on.troubles.space, /^nothing new is downloaded: 1\.05 MB are free/);
  assert.equal((await on.disk.check()).ok, false);
  // Looks of the loop above may have ended since.
  on.wakes = 0;
  context.mock.timers.tick(10_000);
  assert.equal(on.wakes, 2);
  await on.volume.makeRoom();
  assert.equal(await on.disk.mayClaim(), true);
  assert.deepEqual(on.troubles, { space: "", room: "" });
  assert.equal((await on.disk.check()).ok, true);
  await poll();
  assert.equal(on.wakes, 2);
  assert.equal(on.logLines.length, 2, on.logLines.join(""));
});

test("disk admission: too much that waits for its delivery holds up new downloads, and is no trouble of the worker", async (context) => {
  const on = await startBench(context, { maxWaitingBytes: 1000 });
  if (on === undefined) return;
  const file: DownloadedFile = { name: "v.mp4", localPath: "/v.mp4", sizeBytes: 1001, sha256: "" };
  const { task, settle } = await on.claimed();
  const release = on.disk.reserve(task.id, undefined);
  await settle({ outcome: "downloaded", files: [file], media: {}, host: testHost.name });
  release();
  assert.equal(await on.disk.mayClaim(), false);
  assert.match(on.troubles.space, /1\.00 kB wait for their delivery, more than 1\.00 kB \(worker\.maxWaitingBytes\)/);
  assert.equal((await on.disk.check()).ok, true);
  const sent = await claimTask(on.database, "delivery", { processId: "p", host: testHost, defaultSiteParallel: 99 }, 6);
  assert.ok(sent);
  await settleDelivery(on.database, sent, { outcome: "failed", failure, retryAt: null }, 7);
  assert.equal(await on.disk.mayClaim(), true);
});

test("disk admission: space reserved for a running download is given to no other, and not taken from it", async (context) => {
  const on = await startBench(context);
  if (on === undefined) return;
  const [first, second] = [await on.claimed(), await on.claimed()];
  const endFirst = on.disk.reserve(first.task.id, undefined);
  on.disk.reserve(second.task.id, undefined);
  on.disk.expect(first.task.id, { totalBytes: 10 * mebibyte, doneBytes: 0 });
  assert.equal(await on.disk.checkFits(first.task.id), undefined);
  on.disk.expect(second.task.id, { totalBytes: 5 * mebibyte, doneBytes: 0 });
  const shortage = await on.disk.checkFits(second.task.id);
  assert.equal(shortage?.requiredBytes, 5 * mebibyte);
  assert.match(shortage.text, /takes 5\.24 MB more, and 4\.19 MB are free for it .* above the 2\.10 MB/);
  // Something else takes from the reserve: who has a promise goes on, who has none does not.
  await on.volume.fill(mebibyte + reserve / 2);
  on.disk.expect(first.task.id, { totalBytes: 10 * mebibyte, doneBytes: 9 * mebibyte });
  assert.equal(await on.disk.checkRunning(first.task.id, false), undefined);
  endFirst();
  await on.volume.makeRoom();
  assert.equal(await on.disk.checkFits(second.task.id), undefined);
});

test("disk admission: a download of unknown size ends before it takes the reserve, a live stream may take most of it", async (context) => {
  const on = await startBench(context);
  if (on === undefined) return;
  const { task } = await on.claimed();
  on.disk.reserve(task.id, undefined);
  on.disk.expect(task.id, { totalBytes: undefined, doneBytes: 3 * mebibyte });
  await on.volume.fill(reserve - 4096);
  assert.equal((await on.disk.checkRunning(task.id, false))?.requiredBytes, 3 * mebibyte);
  assert.equal(await on.disk.checkRunning(task.id, true), undefined);
  await on.volume.fill(reserve / 8 - 4096);
  assert.equal((await on.disk.checkRunning(task.id, true))?.requiredBytes, mebibyte, "it goes on as soon as it can");
});

test("disk admission: tasks that wait for space are due when a check finds it, one after the other", async (context) => {
  const on = await startBench(context);
  if (on === undefined) return;
  await on.volume.fill(reserve + 8192);
  for (const requiredBytes of [3 * mebibyte, 2 * mebibyte]) {
    const { settle } = await on.claimed();
    await settle({ outcome: "failed", failure, retryAt: 3_600_000, requiredFreeBytes: requiredBytes });
  }
  assert.equal(await on.disk.mayClaim(), true);
  assert.match(
    on.troubles.room,
    /^2 tasks wait for more room than there is: the smallest wants 2\.10 MB, and 8\.19 kB are free/,
  );
  const claim = () => claimTask(on.database, "download", { processId: "p", defaultSiteParallel: 99 }, 6);
  assert.equal(await claim(), undefined);
  await on.volume.makeRoom();
  assert.equal(await on.disk.mayClaim(), true);
  assert.ok(await claim());
  assert.equal(await claim(), undefined);
  assert.equal(await on.disk.mayClaim(), true);
  assert.ok(await claim());
});

test("disk admission: a disk that cannot be read holds up nothing", async (context) => {
  const on = await startBench(context, { downloads: "/proc/self/environ/x" });
  if (on === undefined) return;
  assert.equal(await on.disk.mayClaim(), true);
  assert.match(on.logLines.join(""), /free space could not be read/);
});
