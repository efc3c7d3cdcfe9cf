import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Task, TaskState } from "@dwld/rpc";
import { eventually, type SampleSite, startSampleSite } from "@dwld/testbed";
import { bytesOf, onDisk } from "./testing/on-small-disk.ts";

/** Delivery is off here: files end in the download folder, on a real file system that is really full. */
let site: SampleSite;
/** Makes a video that comes as picture and sound, by the JSON of an extractor, without sizes. */
let separately = "";
before(async () => {
  site = await startSampleSite({
    videos: [
      { name: "endless", sizeBytes: 6_000_000, lengthKnown: false },
      { name: "second", sizeBytes: 6_000_000, lengthKnown: false },
      { name: "stream", format: "hls", seconds: 120 },
      { name: "files", format: "hls", seconds: 60, throttleBytesPerSecond: 20_000 },
      { name: "slow", sizeBytes: 3_000_000, throttleBytesPerSecond: 200_000 },
      { name: "steady", sizeBytes: 3_000_000, throttleBytesPerSecond: 300_000 },
      { name: "picture", seconds: 120 },
      { name: "sound", seconds: 120 },
    ],
  });
  separately = join(await mkdtemp(join(tmpdir(), "dwld-separately-")), "info.json");
  const format = (id: string, name: string, codecs: object) => ({
    format_id: id,
    url: site.mediaLink(name),
    ext: "mp4",
    ...codecs,
  });
  const formats = [
    format("v", "picture", { vcodec: "avc1.64001f", acodec: "none", width: 160, height: 90 }),
    format("a", "sound", { vcodec: "none", acodec: "mp4a.40.2" }),
  ];
  const facts = { id: "apart", title: "Apart", extractor: "generic", extractor_key: "Generic" };
  await writeFile(separately, JSON.stringify({ ...facts, webpage_url: site.pageLink("picture"), formats }));
});
after(async () => {
  await rm(dirname(separately), { recursive: true });
  await site.close();
});

const hashOf = async (task: Task): Promise<string> =>
  createHash("sha256")
    .update(await bytesOf(task))
    .digest("hex");
/** Belongs to the site whose yt-dlp gets picture and sound. */
const linkApart = () => site.pageLink("picture").replace("127.0.0.1", "localhost");
const requestsOf = (name: string) => site.requests.filter(({ path }) => path.endsWith(name));

describe("full disk", { concurrency: 2 }, () => {
  onDisk("the task table is on it", { mebibytes: 16, databaseToo: true }, (prove) => {
    prove(
      "a worker that is stopped while the disk is full exits cleanly, and the next worker continues its task",
      async (on) => {
        const id = await on.add(site.pageLink("slow"));
        await eventually(
          "it is under way",
          () => requestsOf("/slow.mp4").some(({ sentBytes }) => sentBytes > 300_000),
          {
            deadlineMs: 90_000,
          },
        );
        await on.disk.fill();
        await eventually("it cannot write", async () => (await on.ready()).status === 503, { deadlineMs: 90_000 });
        const { exitStatus } = await on.dwld.kill("worker", "SIGTERM");
        await on.disk.makeRoom();
        assert.doesNotMatch(on.dwld.output("worker"), /unexpectedly/);
        assert.equal(exitStatus, 0, on.dwld.output("worker"));
        site.change("slow", { throttleBytesPerSecond: 1_000_000_000 });
        await on.dwld.restart("worker");
        assert.deepEqual(await bytesOf(await on.until(id, TaskState.DONE)), await readFile(site.mediaFile("slow")));
      },
    );

    prove("with the task table on the same disk, no task is lost or fails", async (on) => {
      await on.disk.resize(6);
      const ids = [await on.add(site.pageLink("endless")), await on.add(site.pageLink("second"))];
      for (const id of ids) await on.waitsForRoom(id);
      await on.disk.fill();
      const fillTable = async () => {
        for (let calls = 0; calls < 25; calls += 1) {
          const link = (index: number) => `${site.url}/${"x".repeat(3000)}${calls}/${index}`;
          const requests = Array.from({ length: 200 }, (_, index) => ({ link: link(index) }));
          for (const { result } of (await on.dwld.client.addTasks({ requests })).results)
            if (result.case === "error") throw new Error(result.value.message);
        }
      };
      await assert.rejects(fillTable, /full/, "what cannot be stored is refused");
      await on.disk.makeRoom();
      await on.disk.resize(64);
      for (const [index, name] of ["endless", "second"].entries())
        assert.deepEqual(
          await bytesOf(await on.until(ids[index] ?? "", TaskState.DONE)),
          await readFile(site.mediaFile(name)),
        );
      assert.equal((await on.ready()).status, 200);
    });
  });

  const settings = () => ({
    worker: { ytdlp: { commands: { whole: ["yt-dlp"], apart: ["yt-dlp", "--load-info-json", separately] } } },
    stages: { apart: { ytdlp: "apart" } },
    sites: { apart: { hosts: ["localhost"], stages: ["apart"] } },
  });
  onDisk("it has room for 400 files", { mebibytes: 64, files: 400, settings }, (prove) => {
    prove("a disk without inodes is waited for, and the video arrives whole", async (on) => {
      const id = await on.add(site.mediaLink("files"));
      await eventually("it is under way", () => requestsOf(".ts").length > 3, { deadlineMs: 90_000 });
      const fillers: string[] = [];
      // Repeated until the task waits: a finished fragment frees its file's space, which the next one would take.
      let isWaiting = false;
      const waits = on.waitsForRoom(id).finally(() => {
        isWaiting = true;
      });
      while (!isWaiting)
        try {
          const path = join(on.disk.path, `${fillers.length}`);
          await writeFile(path, "");
          fillers.push(path);
        } catch (error) {
          assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
          await pause(1);
        }
      await waits;
      await on.says(/room for \d+ more files/);
      site.change("files", { throttleBytesPerSecond: 100_000_000 });
      for (const path of fillers) await rm(path);
      const task = await on.until(id, TaskState.DONE);
      const whole = await on.until(await on.add(site.mediaLink("files"), "another"), TaskState.DONE);
      assert.equal(await hashOf(task), await hashOf(whole));
    });

    prove("a download that fills the disk waits, costs no attempt, and resumes its bytes", async (on) => {
      await on.disk.resize(5);
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

    prove("a stream in fragments that fills the disk arrives without a gap", async (on) => {
      await on.disk.resize(2, 10_000);
      const id = await on.add(site.mediaLink("stream"));
      await on.waitsForRoom(id);
      await on.disk.resize(64);
      const interrupted = await on.until(id, TaskState.DONE);
      assert.equal(interrupted.attemptCount, 1, interrupted.attempts.map(({ failure }) => failure?.message).join());
      const whole = await on.until(await on.add(site.mediaLink("stream"), "another"), TaskState.DONE);
      assert.equal(await hashOf(interrupted), await hashOf(whole));
    });

    prove("a download ends before something else has filled the disk, and resumes when that is gone", async (on) => {
      await on.disk.resize(16);
      const id = await on.add(site.pageLink("steady"));
      await eventually(
        "it is under way",
        () => requestsOf("/steady.mp4").some(({ sentBytes }) => sentBytes > 600_000),
        {
          deadlineMs: 90_000,
        },
      );
      await on.disk.fill(1_200_000);
      const waiting = await on.waitsForRoom(id);
      assert.match(waiting.failure?.message ?? "", /has only .* left/);
      assert.ok((await on.disk.freeBytes()) > 500_000);
      site.change("steady", { throttleBytesPerSecond: 1_000_000_000 });
      await on.disk.makeRoom();
      assert.deepEqual(await bytesOf(await on.until(id, TaskState.DONE)), await readFile(site.mediaFile("steady")));
      assert.deepEqual(
        (await readdir(join(on.disk.path, "downloads/.dwld"))).filter((name) => name.includes("-")),
        [],
      );
    });

    prove("picture and sound that cannot be merged for lack of space are kept, and merged later", async (on) => {
      await on.disk.resize(8);
      const id = await on.add(linkApart());
      const waiting = await on.waitsForRoom(id);
      assert.equal(waiting.attemptCount, 0);
      const requests = () => site.requests.filter(({ path }) => /picture|sound/.test(path)).length;
      const asked = requests();
      await on.disk.resize(64);
      const task = await on.until(id, TaskState.DONE);
      assert.equal(requests(), asked, "nothing was downloaded again");
      const whole = await on.until(await on.add(linkApart(), "another"), TaskState.DONE);
      assert.equal(await hashOf(task), await hashOf(whole));
      assert.equal(Math.round(Number(task.duration?.seconds)), 120);
    });
  });
});
