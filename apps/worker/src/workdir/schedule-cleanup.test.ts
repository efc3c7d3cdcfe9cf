import assert from "node:assert/strict";
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test, type TestContext } from "node:test";
import { execa } from "execa";
import { parseOptions } from "@dwld/options";
import { addTask, cancelTask, deleteTask, filesToRemove, findTask, openDatabase } from "@dwld/queue";
import { makeDeliveryBed, video as someVideo } from "@dwld/delivery/testing";
import { claimTask, recordDelivered, settleDelivery, settleDownload, testHost } from "@dwld/queue/testing";
import { createJanitor } from "./janitor.ts";
import { scheduleCleanup } from "./schedule-cleanup.ts";
import { withoutPrivilege } from "./testing/without-privilege.ts";

/** Opens a task table in a folder of its own, until the end of the test. */
async function openTable(context: Pick<TestContext, "after">) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-tidy-"));
  const database = await openDatabase({ path: join(folder, "dwld.sqlite") });
  context.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  return { folder, database };
}

test("cleanup: a task that ended longer ago than the history is kept is forgotten, a younger one is not", async (context) => {
  const { folder, database } = await openTable(context);
  const options = parseOptions({ options: "{}" });
  const ended = async (link: string, agoMs: number): Promise<string> => {
    const request = { link, site: "s", chatId: "", userName: "", folder: "", targetQuality: 0, options };
    const { task } = await addTask(database, request, Date.now() - agoMs);
    await cancelTask(database, { id: task.id, scope: "all" }, Date.now() - agoMs);
    return task.id;
  };
  const old = await ended("https://a.example/1", 120_000);
  const young = await ended("https://a.example/2", 1000);
  const cleanup = scheduleCleanup(
    database,
    await createJanitor(database, folder, testHost),
    () => 60_000,
    (error) => assert.fail(String(error)),
  );
  // Waits for the first sweep.
  await cleanup.close();
  assert.equal(await findTask(database, old, "all"), undefined);
  assert.ok(await findTask(database, young, "all"));
});

test("cleanup: files of tasks that were deleted while no worker ran are removed at the next start, once, and none outside of the downloads", async (context) => {
  const { folder, database } = await openTable(context);
  const downloads = join(folder, "downloads");
  await mkdir(downloads);
  const [video, outside] = [join(downloads, "a.mp4"), join(folder, "b.mp4")];
  for (const path of [video, outside]) await writeFile(path, "x");
  const request = { link: "https://a.example/1", site: "s", chatId: "", userName: "", folder: "", targetQuality: 0 };
  const { task } = await addTask(database, { ...request, options: parseOptions({ options: "{}" }) }, 1);
  const lease = await claimTask(database, "download", { processId: "p", defaultSiteParallel: 1 }, 1);
  assert.ok(lease);
  const files = [video, outside].map((path) => ({ name: basename(path), localPath: path, sizeBytes: 1, sha256: "" }));
  await settleDownload(database, lease, { outcome: "downloaded", files, media: {}, host: testHost.name }, 1);
  await deleteTask(database, { id: task.id, scope: "all" }, true, 1);
  const onError = (error: unknown): never => assert.fail(String(error));
  const restart = async () =>
    await scheduleCleanup(database, await createJanitor(database, downloads, testHost), () => 60_000, onError).close();
  await restart();
  assert.deepEqual(await readdir(downloads).then((names) => names.filter((name) => !name.startsWith("."))), []);
  assert.ok((await readdir(folder)).includes("b.mp4"));
  assert.deepEqual(await filesToRemove(database, testHost), []);
  // The name belongs to another video by now.
  await writeFile(video, "y");
  await restart();
  assert.ok((await readdir(downloads)).includes("a.mp4"));
});

test("cleanup: the source that a sender left, killed between the record of its delivery and its removal, is removed", async () => {
  await using bed = await makeDeliveryBed();
  const { database, folder } = bed;
  const [delivered, waiting] = [await bed.addReady([someVideo()]), await bed.addReady([someVideo()])];
  const lease = await bed.claim();
  const sources = await bed.files(delivered.id);
  for (const file of sources) await recordDelivered(database, lease, { file }, Date.now());
  await settleDelivery(database, lease, { outcome: "delivered", sources }, Date.now());
  const downloads = join(folder, "downloads");
  const onError = (error: unknown): never => assert.fail(String(error));
  await scheduleCleanup(database, await createJanitor(database, downloads, testHost), () => 60_000, onError).close();
  const left = await readdir(join(downloads, ".dwld"), { recursive: true });
  assert.deepEqual(
    left.filter((name) => name.endsWith(".mp4")),
    [join(waiting.id, "home", "A title [id].mp4")],
  );
});

test("cleanup: what cannot be removed is told once in each sweep, and keeps nothing else from its removal", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-tidy-"));
  context.after(() => rm(folder, { recursive: true }));
  const foreign = join(folder, "downloads/.dwld/trash/foreign");
  const isRoot = process.geteuid?.() === 0;
  await mkdir(join(foreign, "below"), { recursive: true });
  if (isRoot) await chown(foreign, 65_534, 65_534);
  const program = join(import.meta.dirname, "testing/sweep-closed.ts");
  const [first, ...words] = [...withoutPrivilege, process.execPath, program, folder, foreign] as const;
  const { told, ...rest } = JSON.parse((await execa(first, words)).stdout) as { told: string[] };
  assert.deepEqual(rest, { workdirs: [], left: [], removed: true, kept: true, pending: ["a.mp4"] });
  const file = "/downloads/closed/a.mp4: EACCES: permission denied";
  const entry = "; /downloads/.dwld/trash/foreign: EACCES: permission denied";
  const sentence = `what belongs to no task any more cannot be removed: ${file}${isRoot ? entry : ""}`;
  assert.deepEqual(
    told.map((line) => line.slice(0, line.indexOf(". "))),
    [`first: Error: ${sentence}`, `second: Error: ${sentence}`],
  );
});

test("cleanup: what is old is forgotten, whatever a sweep has met, which is told", async (context) => {
  const { database } = await openTable(context);
  const options = parseOptions({ options: "{}" });
  const request = { link: "https://a.example/1", site: "s", chatId: "", userName: "", folder: "", targetQuality: 0 };
  const { task } = await addTask(database, { ...request, options }, 1);
  await cancelTask(database, { id: task.id, scope: "all" }, 1);
  const told: unknown[] = [];
  const trouble = new Error("the folder is away");
  const janitor = { tidy: () => Promise.resolve(), sweep: () => Promise.reject(trouble) };
  await scheduleCleanup(
    database,
    janitor,
    () => 60_000,
    (error) => told.push(error),
  ).close();
  assert.deepEqual(told, [trouble]);
  assert.equal(await findTask(database, task.id, "all"), undefined);
});
