import assert from "node:assert/strict";
import { access, link, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseTexts, retryTask } from "@dwld/queue";
import { reserveName } from "@dwld/queue/testing";
import { mountForTest } from "@dwld/testbed";
import { deliverToFolder, finished, localPaths, makeFolderBed } from "./testing/folder-bed.ts";
import { filesBelow, sha256, video } from "./testing/index.ts";

test("to a folder: files are linked under one number, nothing is overwritten, and the sources go", async () => {
  await using on = await makeFolderBed();
  const { bed, downloads } = on;
  await mkdir(join(downloads, "ann", "b"), { recursive: true });
  await writeFile(join(downloads, "ann", "b", "v [x].mp4"), "the operator's");
  const [source, subtitles] = [video("v [x].mp4"), video("v [x].en.vtt", 10)];
  const { id } = await bed.addReady([source, subtitles], { userName: "ann", folder: "b" });
  const sources = await localPaths(bed, id);
  const task = await deliverToFolder(on, id);
  assert.deepEqual([task.state, task.owner, task.remark_texts], ["DONE", null, null]);
  assert.deepEqual(await finished(downloads), {
    "ann/b/v [x].mp4": sha256("the operator's"),
    "ann/b/v [x] (2).mp4": sha256(source.bytes),
    "ann/b/v [x] (2).en.vtt": sha256(subtitles.bytes),
  });
  assert.deepEqual(
    await localPaths(bed, id),
    ["v [x] (2).mp4", "v [x] (2).en.vtt"].map((name) => join(downloads, "ann", "b", name)),
  );
  for (const path of sources) await assert.rejects(access(path ?? ""), { code: "ENOENT" });
});

test("to a folder: two tasks with the same bytes have a copy each, since each can be deleted with its files", async () => {
  await using on = await makeFolderBed();
  const source = video("v.mp4");
  for (const name of ["v.mp4", "v (2).mp4"]) {
    const { id } = await on.bed.addReady([source]);
    assert.equal((await deliverToFolder(on, id)).state, "DONE");
    assert.deepEqual(await localPaths(on.bed, id), [join(on.downloads, name)]);
  }
});

test("to a folder: one on another file system gets a copy that was read back", async (context) => {
  await using on = await makeFolderBed();
  const { bed, downloads } = on;
  const disk = await mountForTest(context, 1);
  if (disk === undefined) return;
  await symlink(disk.path, join(downloads, "ann"));
  const source = video("v.mp4");
  const { id } = await bed.addReady([source], { userName: "ann" });
  const [before] = await localPaths(bed, id);
  const task = await deliverToFolder(on, id);
  assert.equal(task.state, "DONE", task.failure_message ?? "");
  assert.deepEqual(await filesBelow(disk.path), { "v.mp4": sha256(source.bytes) });
  assert.deepEqual(await localPaths(bed, id), [join(downloads, "ann", "v.mp4")]);
  assert.equal((await bed.files(id))[0]?.verified_by, "size and read back");
  await assert.rejects(access(before ?? ""), { code: "ENOENT" });
});

test("to a folder: one that takes nothing is waited for without end, and the file stays", async (context) => {
  await using on = await makeFolderBed();
  const { bed, downloads } = on;
  const disk = await mountForTest(context, 1);
  if (disk === undefined) return;
  await symlink(disk.path, join(downloads, "ann"));
  const files = [video("v.mp4", 100_000), video("v.srt", 10)];
  const { id } = await bed.addReady(files, { userName: "ann" });
  await disk.fill();
  for (const attempt of [1, 2, 3]) {
    const waiting = await deliverToFolder(on, id);
    assert.equal(waiting.state, "READY_TO_SEND");
    assert.equal(waiting.failure_message, "the folder ann takes no file: no space left on device (ENOSPC)");
    assert.match(parseTexts(waiting.advice_texts)?.["ru"] ?? "", /^Видео скачано и попадёт в свою папку/);
    assert.equal(waiting.delivery_attempt_count, attempt);
    assert.ok((waiting.not_before ?? 0) > Date.now());
  }
  assert.deepEqual(on.deliverer.pauses, [], "the folders of others are not waited for");
  assert.ok(
    Object.keys(await filesBelow(disk.path)).every((name) => !name.startsWith("v")),
    "no part has a final name",
  );
  await disk.makeRoom();
  assert.equal((await deliverToFolder(on, id)).state, "DONE");
  const sums = files.map(({ name, bytes }) => [name, sha256(bytes)]);
  assert.deepEqual(await filesBelow(disk.path), Object.fromEntries(sums));
});

test("to a folder: where a file has the name of the folder, the video goes to the next, and the task says so", async () => {
  await using on = await makeFolderBed();
  const { bed, downloads } = on;
  await writeFile(join(downloads, "ann"), "the operator's");
  const source = video("v.mp4");
  const subtitles = video("v.en.vtt", 10);
  const { id } = await bed.addReady([source, subtitles], { userName: "ann" });
  const { state, remark_texts } = await deliverToFolder(on, id);
  assert.deepEqual(
    [state, parseTexts(remark_texts)?.en],
    ["DONE", "A file is where the folder ann would be: it is ann (2)."],
  );
  assert.deepEqual(await filesBelow(join(downloads, "ann (2)")), {
    "v.mp4": sha256(source.bytes),
    "v.en.vtt": sha256(subtitles.bytes),
  });
});

test("to a folder: a file that is gone fails the task, and a retry downloads it again", async () => {
  await using on = await makeFolderBed();
  const { bed } = on;
  const { id } = await bed.addReady([video("v.mp4")]);
  await rm((await localPaths(bed, id))[0] ?? "");
  const waiting = await deliverToFolder(on, id, { host: "another" });
  assert.equal(waiting.state, "READY_TO_SEND");
  assert.match(waiting.failure_message ?? "", /^v\.mp4 was downloaded on the machine here, and .* is not on this one$/);
  const failed = await deliverToFolder(on, id);
  assert.equal(failed.state, "FAILED");
  assert.match(failed.failure_message ?? "", /v\.mp4 is gone from this machine/);
  await retryTask(bed.database, { id, scope: "all" }, Date.now());
  assert.equal((await bed.task(id)).state, "QUEUED");
});

/** Leaves the files of a process that was killed, by the step at which it was. */
const killedAt: Record<string, (paths: { source: string; part: string; final: string }) => Promise<void>> = {
  "before the link": async () => {},
  "after the link to the temporary name": async ({ source, part }) => link(source, part),
  "between the link to the final name and the end of the temporary one": async ({ source, part, final }) => {
    await link(source, part);
    await link(part, final);
  },
  "after the final name": async ({ source, final }) => link(source, final),
};

for (const [step, leave] of Object.entries(killedAt))
  test(`to a folder: a process that is killed ${step} leaves one file under one name`, async () => {
    await using on = await makeFolderBed();
    const { bed, downloads, destination } = on;
    const source = video("v.mp4");
    await writeFile(join(downloads, "v.mp4"), "the operator's");
    const { id } = await bed.addReady([source]);
    const lease = await bed.claim();
    const [file] = await bed.files(id);
    assert.ok(file?.local_path !== undefined && file.local_path !== null);
    const reserved = { destination: destination.name, path: "v (2).mp4" };
    const part = `.dwld-${id}-1.0000.part`;
    await reserveName(bed.database, lease, file, { name: reserved, part });
    await leave({ source: file.local_path, part: join(downloads, part), final: join(downloads, "v (2).mp4") });
    await on.deliverer.deliver(lease);
    assert.equal((await bed.task(id)).state, "DONE", (await bed.task(id)).failure_message ?? "");
    assert.deepEqual(await localPaths(bed, id), [join(downloads, "v (2).mp4")]);
    assert.equal(sha256(await readFile(join(downloads, "v (2).mp4"))), sha256(source.bytes));
    const names = (await readdir(downloads)).filter((name) => !name.startsWith(".dwld"));
    assert.deepEqual(names.toSorted(), ["v (2).mp4", "v.mp4"]);
  });
