import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before } from "node:test";
import { LiveMode, TaskState } from "@dwld/rpc";
import { eventually, type SampleSite, startSampleSite } from "@dwld/testbed";
import { bytesOf, onDisk } from "./testing/on-small-disk.ts";

/** The space that is kept free. Delivery is off here: files end in the download folder. */
const mebibyte = 1024 * 1024;
const reserve = 6 * mebibyte;

let site: SampleSite;
before(async () => {
  site = await startSampleSite({
    videos: [
      { name: "large", sizeBytes: 40_000_000, throttleBytesPerSecond: 400_000 },
      { name: "small", sizeBytes: 500_000 },
      { name: "one", sizeBytes: 300_000 },
      { name: "broadcast", format: "hls", live: true, seconds: 90, heights: [360] },
    ],
  });
});
after(() => site.close());

const requestsOf = (name: string) => site.requests.filter(({ path }) => path.endsWith(name));

onDisk("reserve", { mebibytes: 24, reserve }, (prove) => {
  prove(
    "nothing is downloaded while less than the reserve is free, and it goes on by itself once there is more",
    async (on) => {
      await on.disk.resize(16);
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

  prove(
    "a video that does not fit above the reserve is stopped when its size is known, blocks no smaller one, and arrives when it fits",
    async (on) => {
      await on.disk.resize(16);
      const id = await on.add(site.pageLink("large"));
      const waiting = await on.waitsForRoom(id);
      assert.equal(waiting.attemptCount, 0);
      assert.match(waiting.failure?.message ?? "", /takes .* MB more, and .* MB are free for it .* above the 6\.29 MB/);
      const sent = () => requestsOf("/large.mp4").reduce((sum, { sentBytes }) => sum + sentBytes, 0);
      assert.ok(sent() < 10_000_000, `${sent()} bytes came`);
      assert.ok((await on.disk.freeBytes()) > reserve);
      const small = await on.until(await on.add(site.pageLink("small")), TaskState.DONE);
      assert.deepEqual(await bytesOf(small), await readFile(site.mediaFile("small")));
      await on.says(/1 task waits for more room than there is: the smallest wants/);
      assert.equal(requestsOf("/watch/large").length, 1, "the site is not asked for it again and again");
      site.change("large", { throttleBytesPerSecond: 1_000_000_000 });
      await on.disk.resize(96);
      assert.deepEqual(await bytesOf(await on.until(id, TaskState.DONE)), await readFile(site.mediaFile("large")));
    },
  );

  prove("a live recording may use the reserve, ends before the disk is full, and is delivered", async (on) => {
    const segments = () => requestsOf(".ts").length;
    const id = await on.add(site.pageLink("broadcast"), "", LiveMode.RECORD);
    await eventually("it is recorded", () => segments() > 5, { deadlineMs: 90_000 });
    await on.disk.fill(4 * mebibyte);
    await on.says(/nothing new is downloaded/);
    const soFar = segments();
    await eventually("it goes on in the reserve", () => segments() > soFar + 3, { deadlineMs: 90_000 });
    await on.disk.fill(600_000);
    await on.waitsForRoom(id);
    await on.disk.makeRoom();
    const again = segments();
    await eventually("it goes on", () => segments() > again + 3, { deadlineMs: 90_000 });
    site.change("broadcast", { live: false });
    const task = await on.until(id, TaskState.DONE);
    assert.equal(task.files.length, 2);
    assert.match(task.remark[0]?.text ?? "", /interrupted, and comes in parts/);
  });
});
