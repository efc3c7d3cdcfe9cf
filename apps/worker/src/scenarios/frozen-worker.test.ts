import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { eventually, processesBelow, startDwld, startSampleSite, stillLiving, waitForTask } from "@dwld/testbed";

test("a worker that is frozen for longer than its lease: another goes on with its bytes, its yt-dlp is ended, and when it wakes it changes nothing", async () => {
  await using site = await startSampleSite({
    videos: [{ name: "v", sizeBytes: 6_000_000, throttleBytesPerSecond: 200_000 }],
  });
  await using first = await startDwld({ apps: ["api", "worker"] });
  const { data } = first;
  const { task } = await first.client.addTask({ link: site.pageLink("v") });
  const id = task?.id ?? "";
  const requests = () => site.requests.filter(({ path }) => path.endsWith("/v.mp4"));
  await eventually("a good part of it was sent", () => requests().some(({ sentBytes }) => sentBytes > 400_000));

  first.signal("worker", "SIGSTOP");
  const its = await processesBelow(join(data, "downloads"));
  assert.ok(its.length > 0);
  await using second = await startDwld({ apps: ["worker"], configuration: { data } });
  const resumes = () => requests().find(({ range }) => /^bytes=[1-9]\d{4,}/.test(range ?? ""));
  await eventually("the other goes on where it was", () => resumes() !== undefined, { deadlineMs: 60_000 });
  assert.deepEqual(await stillLiving(its), []);

  // While the other is at it.
  first.signal("worker", "SIGCONT");
  await eventually("it learns that it has lost its task", () => first.output("worker").includes("taken for dead"));
  site.change("v", { throttleBytesPerSecond: 100_000_000 });
  const done = await waitForTask(first.client, id, TaskState.DONE, 60_000);
  assert.deepEqual(await readFile(done.files[0]?.localPath ?? ""), await readFile(site.mediaFile("v")));
  assert.equal(done.attemptCount, 1);
  const { task: told } = await first.client.getTask({ id });
  assert.equal(told?.attempts.length, 2, "one that was interrupted, one that was not");
  assert.equal(requests().length, 2, "nobody else asked for it");

  // It is a worker like any other again.
  await second.stop();
  const next = await first.client.addTask({ link: `${site.pageLink("v")}?again` });
  await waitForTask(first.client, next.task?.id ?? "", TaskState.DONE, 60_000);
});
