import assert from "node:assert/strict";
import { access, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createLogger } from "@dwld/daemon";
import { cancelTask, type Database, parseTexts, retryTask, type Work } from "@dwld/queue";
import { mountForTest } from "@dwld/testbed";
import { createKeepHandler } from "./keep-task.ts";
import { carryOutDelivery, filesBelow, makeDeliveryBed, sha256, video } from "@dwld/delivery/testing";

const signal = new AbortController().signal;
const logger = createLogger({ level: "silent", app: "ftp-sender" });

async function keepTask(
  database: Database,
  work: Work,
  { downloads, host }: { downloads: string; host: string },
  now: number,
): Promise<void> {
  await carryOutDelivery(database, createKeepHandler({ database, logger, downloads, host, now: () => now }), work);
}

test("with delivery off, what waited is moved to the user's folder and is done there; nothing is overwritten", async () => {
  await using bed = await makeDeliveryBed();
  const downloads = join(bed.folder, "downloads");
  await mkdir(join(downloads, "ann", "b"), { recursive: true });
  await writeFile(join(downloads, "ann", "b", "v.mp4"), "the operator's");
  const [source, subtitles] = [video("v.mp4"), video("v.srt", 10)];
  const { id } = await bed.addReady([source, subtitles], { userName: "ann", folder: "b" });
  await keepTask(bed.database, { lease: await bed.claim(), signal }, { downloads, host: hostname() }, Date.now());
  assert.equal(bed.task(id).state, "DONE");
  assert.deepEqual(await filesBelow(downloads), {
    "ann/b/v.mp4": sha256("the operator's"),
    "ann/b/v (2).mp4": sha256(source.bytes),
    "ann/b/v.srt": sha256(subtitles.bytes),
  });
  assert.deepEqual(
    bed.files(id).map(({ local_path }) => local_path),
    [join(downloads, "ann", "b", "v (2).mp4"), join(downloads, "ann", "b", "v.srt")],
  );
});

test("keeping: a folder on another file system gets a copy, and the file here goes", async (context) => {
  await using bed = await makeDeliveryBed();
  const downloads = join(bed.folder, "downloads");
  await mkdir(downloads);
  const disk = await mountForTest(context, 1);
  if (disk === undefined) return;
  await symlink(disk.path, join(downloads, "ann"));
  const source = video("v.mp4");
  const { id } = await bed.addReady([source], { userName: "ann" });
  const [before] = bed.files(id);
  await keepTask(bed.database, { lease: await bed.claim(), signal }, { downloads, host: hostname() }, Date.now());
  assert.equal(bed.task(id).state, "DONE", bed.task(id).failure_message ?? "");
  assert.deepEqual(await filesBelow(disk.path), { "v.mp4": sha256(source.bytes) });
  assert.equal(bed.files(id)[0]?.local_path, join(downloads, "ann", "v.mp4"));
  await assert.rejects(access(before?.local_path ?? ""), { code: "ENOENT" });
});

test("keeping: a folder that takes nothing is waited for, and the file stays", async (context) => {
  await using bed = await makeDeliveryBed();
  const downloads = join(bed.folder, "downloads");
  await mkdir(downloads);
  const disk = await mountForTest(context, 1);
  if (disk === undefined) return;
  await symlink(disk.path, join(downloads, "ann"));
  const source = video("v.mp4", 100_000);
  const { id } = await bed.addReady([source], { userName: "ann" });
  const now = bed.task(id).ready_at ?? 0;
  const keep = async (atMs: number) => {
    await keepTask(bed.database, { lease: await bed.claim(atMs), signal }, { downloads, host: hostname() }, atMs);
    return bed.task(id);
  };
  await disk.fill();
  const waiting = await keep(now);
  assert.deepEqual([waiting.state, waiting.not_before], ["READY_TO_SEND", now + 60_000]);
  assert.equal(waiting.failure_message, "the folder ann takes no file: no space left on device (ENOSPC)");
  const hoursMs = 5 * 3_600_000;
  assert.equal((await keep(now + hoursMs)).not_before, now + hoursMs + 3_600_000, "ever more seldom");
  await disk.makeRoom();
  assert.equal((await keep(now + 2 * hoursMs)).state, "DONE");
  assert.deepEqual(await filesBelow(disk.path), { "v.mp4": sha256(source.bytes) });
});

test("keeping: where a file has the name of the folder, the video goes to the next, and the task says so", async () => {
  await using bed = await makeDeliveryBed();
  const downloads = join(bed.folder, "downloads");
  await mkdir(downloads);
  await writeFile(join(downloads, "ann"), "the operator's");
  const source = video("v.mp4");
  const { id } = await bed.addReady([source], { userName: "ann" });
  await keepTask(bed.database, { lease: await bed.claim(), signal }, { downloads, host: hostname() }, Date.now());
  const { state, remark_texts } = bed.task(id);
  assert.deepEqual(
    [state, parseTexts(remark_texts)?.en],
    ["DONE", "A file is where the folder ann would be: it is ann (2)."],
  );
  assert.deepEqual(await filesBelow(join(downloads, "ann (2)")), { "v.mp4": sha256(source.bytes) });
});

test("a task that is canceled while it is moved leaves nothing", async () => {
  await using bed = await makeDeliveryBed();
  const downloads = join(bed.folder, "downloads");
  const { id } = await bed.addReady([video("v.mp4")]);
  const lease = await bed.claim();
  await cancelTask(bed.database, id, Date.now());
  await keepTask(bed.database, { lease, signal }, { downloads, host: hostname() }, Date.now());
  assert.equal(bed.task(id).state, "CANCELED");
  assert.equal(bed.task(id).owner, null);
  assert.deepEqual(await filesBelow(downloads), {});
});

test("what is gone is a failure that says so and is downloaded again; what another machine has is waited for", async () => {
  await using bed = await makeDeliveryBed();
  const downloads = join(bed.folder, "downloads");
  const { id } = await bed.addReady([video("v.mp4")]);
  await rm(bed.files(id)[0]?.local_path ?? "");
  const now = Date.now();
  await keepTask(bed.database, { lease: await bed.claim(), signal }, { downloads, host: "another" }, now);
  const waiting = bed.task(id);
  assert.deepEqual([waiting.state, waiting.not_before], ["READY_TO_SEND", now + 60_000]);
  assert.match(waiting.failure_message ?? "", /v\.mp4 lies on the machine .*, and no sender runs there/);
  await keepTask(
    bed.database,
    { lease: await bed.claim(now + 60_000), signal },
    { downloads, host: hostname() },
    now + 60_000,
  );
  assert.equal(bed.task(id).state, "FAILED");
  assert.match(bed.task(id).failure_message ?? "", /v\.mp4 is gone from this machine/);
  await retryTask(bed.database, id, now + 60_001);
  assert.equal(bed.task(id).state, "QUEUED");
});
