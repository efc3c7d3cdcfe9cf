import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freezeBetweenWrites } from "@dwld/queue/testing";
import { TaskState } from "@dwld/rpc";
import {
  type Dwld,
  eventually,
  processesBelow,
  type SampleSite,
  startDwld,
  startSampleSite,
  stillLiving,
  waitForTask,
} from "@dwld/testbed";

/** Videos that take half a minute each, until the site is told to hurry. */
const names = ["sigterm", "sigkill", "cancel", "late-cancel", "delete", "frozen"] as const;

let site: SampleSite;
let dwld: Dwld;

before(async () => {
  site = await startSampleSite({
    videos: names.map((name) => ({ name, sizeBytes: 6_000_000, throttleBytesPerSecond: 200_000 })),
  });
  dwld = await startDwld({ apps: ["api", "worker"], configuration: { shutdown: { graceSeconds: 0 } } });
});
after(async () => {
  await dwld.stop();
  await site.close();
});

/** Starts a download and waits until some of its bytes are there. */
async function startSlowDownload(name: (typeof names)[number]): Promise<string> {
  const { task } = await dwld.client.addTask({ link: site.pageLink(name) });
  const id = task?.id ?? "";
  await eventually(
    "a good part of it was sent",
    () => site.requests.some(({ path, sentBytes }) => path.endsWith(`${name}.mp4`) && sentBytes > 400_000),
    { deadlineMs: 60_000 },
  );
  return id;
}

const noneLeft = () =>
  eventually("yt-dlp and all it started have ended", () => processesBelow(join(dwld.data, "downloads")).length === 0, {
    deadlineMs: 2000,
  });
const workingFolders = async () =>
  (await readdir(join(dwld.data, "downloads/.dwld"))).filter((name) => name.includes("-"));

async function finishesResumed(id: string, name: (typeof names)[number]): Promise<void> {
  site.change(name, { throttleBytesPerSecond: 100_000_000 });
  const task = await waitForTask(dwld.client, id, TaskState.DONE, 60_000);
  assert.deepEqual(await readFile(task.files[0]?.localPath ?? ""), await readFile(site.mediaFile(name)));
  assert.equal(task.attemptCount, 1, "the interruption cost no attempt");
  const resumed = site.requests.some(
    ({ path, range }) => path.endsWith(`${name}.mp4`) && /^bytes=[1-9]\d{4,}/.test(range ?? ""),
  );
  assert.ok(resumed, "the bytes that were there were used");
}

test("interruption: after SIGTERM the worker exits with 0, its yt-dlp is gone, and the next worker resumes without a failed attempt", async () => {
  const id = await startSlowDownload("sigterm");
  const { exitStatus } = await dwld.kill("worker", "SIGTERM");
  assert.equal(exitStatus, 0);
  await noneLeft();
  const { task } = await dwld.client.getTask({ id });
  assert.equal(task?.state, TaskState.QUEUED);
  await dwld.restart("worker");
  await finishesResumed(id, "sigterm");
});

test("interruption: after kill -9 the worker's yt-dlp is gone, and the next worker resumes without a failed attempt", async () => {
  const id = await startSlowDownload("sigkill");
  await dwld.kill("worker", "SIGKILL");
  await noneLeft();
  await dwld.restart("worker");
  await finishesResumed(id, "sigkill");
});

test("interruption: a cancel ends yt-dlp within two seconds and leaves no file", async () => {
  const id = await startSlowDownload("cancel");
  const { task } = await dwld.client.cancelTask({ id });
  assert.equal(task?.state, TaskState.CANCELED);
  await noneLeft();
  await eventually("its folder is gone", async () => (await workingFolders()).length === 0);
});

test("interruption: a task that is canceled while its worker is dead stays canceled, and the next worker removes its files", async () => {
  const id = await startSlowDownload("late-cancel");
  await dwld.kill("worker", "SIGKILL");
  await dwld.client.cancelTask({ id });
  assert.equal((await workingFolders()).length, 1);
  await dwld.restart("worker");
  await eventually("its folder is gone", async () => (await workingFolders()).length === 0);
  const { task } = await dwld.client.getTask({ id });
  assert.equal(task?.state, TaskState.CANCELED);
});

test("interruption: a delete ends yt-dlp, removes its files, and the task is forgotten", async () => {
  const id = await startSlowDownload("delete");
  await dwld.client.deleteTask({ id });
  await assert.rejects(dwld.client.getTask({ id }), /not.?found/i);
  await noneLeft();
  await eventually("its folder is gone", async () => (await workingFolders()).length === 0);
});

test("interruption: a worker that is frozen beyond its lease loses its task and its yt-dlp to another, and changes nothing when it wakes", async () => {
  const { data } = dwld;
  const requests = () => site.requests.filter(({ path }) => path.endsWith("/frozen.mp4"));
  const id = await startSlowDownload("frozen");

  await freezeBetweenWrites(join(data, "dwld.sqlite"), (signal) => {
    dwld.signal("worker", signal);
  });
  const its = processesBelow(join(data, "downloads"));
  assert.ok(its.length > 0);
  await using second = await startDwld({ apps: ["worker"], configuration: { data } });
  const resumes = () => requests().find(({ range }) => /^bytes=[1-9]\d{4,}/.test(range ?? ""));
  await eventually("the other goes on where it was", () => resumes() !== undefined, { deadlineMs: 60_000 });
  assert.deepEqual(stillLiving(its), []);

  // While the other worker downloads it.
  dwld.signal("worker", "SIGCONT");
  await eventually("it learns that it has lost its task", () => dwld.output("worker").includes("considered dead"));
  await finishesResumed(id, "frozen");
  const { task: told } = await dwld.client.getTask({ id });
  assert.equal(told?.attempts.length, 2, "one that was interrupted, one that was not");
  assert.equal(requests().length, 2, "nobody else asked for it");

  // The worker that woke up works again like any other.
  await second.stop();
  const next = await dwld.client.addTask({ link: `${site.pageLink("frozen")}?again` });
  await waitForTask(dwld.client, next.task?.id ?? "", TaskState.DONE, 60_000);
});
