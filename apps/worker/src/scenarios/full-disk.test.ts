import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { FailureClass, type Task, TaskState } from "@dwld/rpc";
import {
  type Dwld,
  eventually,
  MountError,
  mountSmallDisk,
  type SampleSite,
  type SmallDisk,
  startDwld,
  startSampleSite,
  waitForTask,
} from "@dwld/testbed";

/** Delivery is off here: what arrives lies in the download folder, on a real file system that is really full. */
const mebibyte = 1024 * 1024;
const deadlineMs = 90_000;

let site: SampleSite;
before(async () => {
  site = await startSampleSite({
    videos: [
      { name: "endless", sizeBytes: 6_000_000, lengthKnown: false },
      { name: "second", sizeBytes: 6_000_000, lengthKnown: false },
      { name: "stream", format: "hls", seconds: 120 },
      { name: "large", sizeBytes: 40_000_000, throttleBytesPerSecond: 400_000 },
      { name: "small", sizeBytes: 500_000 },
      { name: "slow", sizeBytes: 3_000_000, throttleBytesPerSecond: 300_000 },
      { name: "files", format: "hls", seconds: 60, throttleBytesPerSecond: 20_000 },
      { name: "one", sizeBytes: 300_000 },
    ],
  });
});
after(() => site.close());

/** A disk, and an api and a worker that download to it. */
async function startOn(
  mebibytes: number,
  { reserve = 0, files, databaseToo = false }: { reserve?: number; files?: number; databaseToo?: boolean } = {},
): Promise<Bench> {
  const disk = await mountSmallDisk(mebibytes, files);
  const dwld = await startDwld({
    apps: ["api", "worker"],
    configuration: {
      ...(databaseToo ? { database: { path: join(disk.path, "table/dwld.sqlite") } } : {}),
      worker: { downloads: join(disk.path, "downloads"), minFreeBytes: reserve },
      sites: { sample: { hosts: ["127.0.0.1"], parallel: 2 } },
    },
  });
  return new Bench(disk, dwld);
}

class Bench implements AsyncDisposable {
  readonly disk: SmallDisk;
  readonly dwld: Dwld;
  constructor(disk: SmallDisk, dwld: Dwld) {
    this.disk = disk;
    this.dwld = dwld;
  }

  async add(link: string, chatId = ""): Promise<string> {
    const { task } = await this.dwld.client.addTask({ link, chatId });
    return task?.id ?? "";
  }

  until(id: string, condition: TaskState | ((task: Task) => boolean)): Promise<Task> {
    return waitForTask(this.dwld.client, id, condition, deadlineMs);
  }

  /** It was for want of room, and it waits. */
  waitsForRoom(id: string): Promise<Task> {
    return this.until(
      id,
      ({ state, failure }) => state === TaskState.QUEUED && failure?.failureClass === FailureClass.DISK_FULL,
    );
  }

  async trouble(): Promise<string> {
    const { processes } = await this.dwld.client.getStatus({});
    return processes.find(({ app }) => app === "worker")?.trouble ?? "";
  }

  says(words: RegExp): Promise<unknown> {
    let last = "";
    return eventually(`the status says ${words}`, async () => words.test((last = await this.trouble())), {
      deadlineMs,
      describe: () => last,
    });
  }

  async ready(): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.dwld.health.worker}/readyz`);
    return { status: response.status, text: await response.text() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dwld.stop();
    await this.disk.unmount();
  }
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const bytesOf = async ({ files: [file] }: Task): Promise<Buffer> => await readFile(file?.localPath ?? "");
const requestsOf = (name: string) => site.requests.filter(({ path }) => path.endsWith(name));

/** Where a disk cannot be mounted, the test says so. */
function onDisk(name: string, disk: Parameters<typeof startOn>, prove: (bench: Bench) => Promise<void>): void {
  test(name, async (context) => {
    try {
      await using bench = await startOn(...disk);
      await prove(bench);
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      context.skip(error.message);
    }
  });
}

describe("a full disk", { concurrency: 2 }, () => {
  onDisk("a download that fills the disk waits, costs no attempt, and goes on from its bytes", [5], async (on) => {
    const id = await on.add(site.pageLink("endless"));
    const waiting = await on.waitsForRoom(id);
    assert.equal(waiting.attemptCount, 0);
    assert.match(waiting.failure?.message ?? "", /No space left on device/);
    assert.ok((await on.disk.freeBytes()) > 0, "there is room for others to write in");
    await on.says(/1 task waits for more room than there is/);
    await on.disk.resize(32);
    const task = await on.until(id, TaskState.DONE);
    assert.deepEqual(await bytesOf(task), await readFile(site.mediaFile("endless")));
    assert.ok(
      requestsOf("/endless.mp4").some(({ range }) => /^bytes=\d{6,}-/.test(range ?? "")),
      "it was resumed",
    );
    await on.says(/^$/);
  });

  onDisk("a stream in fragments that fills the disk arrives without a gap", [2], async (on) => {
    const id = await on.add(site.mediaLink("stream"));
    await on.waitsForRoom(id);
    await on.disk.resize(64);
    const interrupted = await on.until(id, TaskState.DONE);
    const whole = await on.until(await on.add(site.mediaLink("stream"), "another"), TaskState.DONE);
    assert.equal(sha256(await bytesOf(interrupted)), sha256(await bytesOf(whole)));
  });

  onDisk(
    "a disk without room for more files is waited for, and the video arrives whole",
    [64, { files: 400 }],
    async (on) => {
      const id = await on.add(site.mediaLink("files"));
      await eventually("it is under way", () => requestsOf(".ts").length > 3, { deadlineMs });
      const fillers: string[] = [];
      try {
        for (;;) {
          const path = join(on.disk.path, `${fillers.length}`);
          await writeFile(path, "");
          fillers.push(path);
        }
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
      }
      await on.waitsForRoom(id);
      await on.says(/room for \d+ more files/);
      site.change("files", { throttleBytesPerSecond: 100_000_000 });
      for (const path of fillers) await rm(path);
      const task = await on.until(id, TaskState.DONE);
      const whole = await on.until(await on.add(site.mediaLink("files"), "another"), TaskState.DONE);
      assert.equal(sha256(await bytesOf(task)), sha256(await bytesOf(whole)));
    },
  );

  onDisk(
    "with the task table on the same disk, nothing is lost and nobody gives up",
    [6, { databaseToo: true }],
    async (on) => {
      const ids = [await on.add(site.pageLink("endless")), await on.add(site.pageLink("second"))];
      for (const id of ids) await on.waitsForRoom(id);
      await on.disk.fill();
      await assert.rejects(
        async () => {
          for (let count = 0; count < 5000; count += 1) await on.add(`${site.url}/${"x".repeat(3000)}${count}`);
        },
        /full/,
        "what cannot be stored is refused",
      );
      await on.disk.makeRoom();
      await on.disk.resize(64);
      for (const [index, name] of ["endless", "second"].entries())
        assert.deepEqual(
          await bytesOf(await on.until(ids[index] ?? "", TaskState.DONE)),
          await readFile(site.mediaFile(name)),
        );
      assert.equal((await on.ready()).status, 200);
    },
  );

  onDisk(
    "nothing is downloaded while less than the reserve is free, and all by itself once there is more",
    [16, { reserve: 6 * mebibyte }],
    async (on) => {
      await on.disk.fill(5 * mebibyte);
      await on.says(
        /nothing new is downloaded: 5\.\d+ MB are free on the disk of .*6\.29 MB are kept free \(worker\.minFreeBytes\)/,
      );
      const id = await on.add(site.pageLink("one"));
      const { status, text } = await on.ready();
      assert.equal(status, 503);
      assert.match(text, /worker\.minFreeBytes/);
      assert.match((await on.dwld.command(["status"])).stdout, /trouble: nothing new is downloaded/);
      assert.equal((await on.dwld.client.getTask({ id })).task?.state, TaskState.QUEUED);
      assert.deepEqual(requestsOf("/watch/one"), []);
      assert.equal(on.dwld.output("worker").split("nothing new is downloaded").length - 1, 1, "the log says it once");
      await on.disk.makeRoom();
      await on.until(id, TaskState.DONE);
      await on.says(/^$/);
    },
  );

  onDisk(
    "a video that does not fit above the reserve is left after its size is known, blocks no smaller one, and arrives when it fits",
    [16, { reserve: 6 * mebibyte }],
    async (on) => {
      const id = await on.add(site.pageLink("large"));
      const waiting = await on.waitsForRoom(id);
      assert.equal(waiting.attemptCount, 0);
      assert.match(waiting.failure?.message ?? "", /takes .* MB more, and .* MB are free for it .* above the 6\.29 MB/);
      const sent = () => requestsOf("/large.mp4").reduce((sum, { sentBytes }) => sum + sentBytes, 0);
      assert.ok(sent() < 10_000_000, `${sent()} bytes came`);
      assert.ok((await on.disk.freeBytes()) > 6 * mebibyte);
      const small = await on.until(await on.add(site.pageLink("small")), TaskState.DONE);
      assert.deepEqual(await bytesOf(small), await readFile(site.mediaFile("small")));
      await on.says(/1 task waits for more room than there is: the smallest wants/);
      assert.equal(requestsOf("/watch/large").length, 1, "the site is not asked for it again and again");
      site.change("large", { throttleBytesPerSecond: 1_000_000_000 });
      await on.disk.resize(96);
      assert.deepEqual(await bytesOf(await on.until(id, TaskState.DONE)), await readFile(site.mediaFile("large")));
    },
  );

  onDisk(
    "a download ends before something else has filled the disk, and goes on when that is gone",
    [16],
    async (on) => {
      const id = await on.add(site.pageLink("slow"));
      await eventually("it is under way", () => requestsOf("/slow.mp4").some(({ sentBytes }) => sentBytes > 600_000), {
        deadlineMs,
      });
      await on.disk.fill(1_200_000);
      const waiting = await on.waitsForRoom(id);
      assert.match(waiting.failure?.message ?? "", /has only .* left/);
      assert.ok((await on.disk.freeBytes()) > 500_000);
      site.change("slow", { throttleBytesPerSecond: 1_000_000_000 });
      await on.disk.makeRoom();
      assert.deepEqual(await bytesOf(await on.until(id, TaskState.DONE)), await readFile(site.mediaFile("slow")));
      assert.deepEqual(
        (await readdir(join(on.disk.path, "downloads/.dwld"))).filter((name) => name.includes("-")),
        [],
      );
    },
  );
});
