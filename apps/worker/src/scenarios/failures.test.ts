import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { FailureClass, TaskState, type Task } from "@dwld/rpc";
import { type Dwld, type SampleSite, startDwld, startSampleSite, waitForTask } from "@dwld/testbed";

let site: SampleSite;
let dwld: Dwld;

before(async () => {
  site = await startSampleSite({
    videos: [
      { name: "missing", media: { kind: "status", status: 404 }, page: { kind: "status", status: 404 } },
      { name: "empty", media: { kind: "empty" } },
      { name: "html", media: { kind: "html" } },
      { name: "dropped", sizeBytes: 3_000_000, dropAtByte: 1_500_000, dropTimes: 4 },
      { name: "healthy" },
      ...Array.from({ length: 10 }, (_, index) => ({
        name: `hang${index}`,
        page: { kind: "hang" as const, seconds: 60 },
      })),
    ],
  });
  dwld = await startDwld({
    apps: ["api", "worker"],
    configuration: {
      worker: { parallel: 3 },
      stages: { first: {}, second: {} },
      sites: { sample: { hosts: ["127.0.0.1"], stages: ["first", "second"] } },
    },
  });
});
after(async () => {
  await dwld.stop();
  await site.close();
});

const add = async (link: string): Promise<string> => (await dwld.client.addTask({ link })).task?.id ?? "";
const failed = (id: string): Promise<Task> => waitForTask(dwld.client, id, TaskState.FAILED, 60_000);

test("failure: a video that is gone costs one attempt, and the person reads one sentence", async () => {
  const task = await failed(await add(site.pageLink("missing")));
  assert.equal(task.attempts.length, 1);
  assert.equal(task.failure?.failureClass, FailureClass.GONE);
  assert.match(task.failure.message, /404/);
  assert.match(task.failure.advice[0]?.text ?? "", /removed or never existed/);
});

test("failure: a page served as a video is none", async () => {
  const task = await failed(await add(site.mediaLink("html")));
  assert.equal(task.files.length, 0);
  assert.equal(task.failure?.failureClass, FailureClass.WRONG_MEDIA);
});

test("failure: an empty file never counts as a video", async () => {
  const id = await add(site.pageLink("empty"));
  const task = await waitForTask(dwld.client, id, ({ attempts }) => attempts.some(({ failure }) => failure), 60_000);
  assert.notEqual(task.state, TaskState.DONE);
  assert.equal(task.files.length, 0);
});

test("failure: after a site broke off, the bytes that came are used, and the file is whole", async () => {
  const task = await waitForTask(dwld.client, await add(site.pageLink("dropped")), TaskState.DONE, 60_000);
  const path = task.files[0]?.localPath ?? "";
  assert.deepEqual(await readFile(path), await readFile(site.mediaFile("dropped")));
  const served = site.requests.filter(({ path: asked }) => asked.includes("dropped.mp4"));
  assert.ok(
    served.some(({ range }) => /^bytes=[1-9]/.test(range ?? "")),
    "it was resumed by Range",
  );
});

test("failure: a link into the private network is refused before the site sees a request", async (context) => {
  const strict = await startDwld({
    apps: ["api", "worker"],
    configuration: { worker: { allowPrivateHosts: false } },
    cleanup: context,
  });
  for (const link of [site.mediaLink("healthy"), site.pageLink("healthy").replace("127.0.0.1", "localhost")]) {
    const { task } = await strict.client.addTask({ link });
    const ended = await waitForTask(strict.client, task?.id ?? "", TaskState.FAILED);
    assert.equal(ended.failure?.failureClass, FailureClass.INVALID_URL, ended.failure?.message);
    const [english, russian] = ended.failure?.advice ?? [];
    assert.match(english?.text ?? "", /^This link leads to a private address, .* worker\.allowPrivateHosts: true\.$/);
    assert.match(russian?.text ?? "", /закрытой сети.*worker\.allowPrivateHosts/);
    assert.equal(ended.attempts.length, 1);
  }
  assert.ok(!site.requests.some(({ path }) => path.includes("healthy")));
});

test("failure: ten pages that hang hold up no other site", async () => {
  const other = await startSampleSite({ videos: [{ name: "other" }], host: "127.0.0.2" });
  try {
    const hanging = await Promise.all(Array.from({ length: 10 }, (_, index) => add(site.pageLink(`hang${index}`))));
    await waitForTask(dwld.client, hanging[0] ?? "", TaskState.DOWNLOADING);
    await waitForTask(dwld.client, await add(other.mediaLink("other")), TaskState.DONE, 20_000);
    const { tasks } = await dwld.client.listTasks({ filter: { states: [TaskState.DOWNLOADING] } });
    assert.equal(tasks.length, 2, "the hanging site has its limit of two, and keeps to it");
    await Promise.all(hanging.map((id) => dwld.client.cancelTask({ id })));
  } finally {
    await other.close();
  }
});
