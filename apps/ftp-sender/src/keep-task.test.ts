import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { cancelTask } from "@dwld/queue";
import { keepTask } from "./keep-task.ts";
import { video } from "./testing/beds.ts";
import { filesBelow, makeDeliveryBed, sha256 } from "./testing/delivery-bed.ts";

const signal = new AbortController().signal;

test("with delivery off, what waited is moved to the user's folder and is done there; nothing is overwritten", async () => {
  await using bed = await makeDeliveryBed();
  const downloads = join(bed.folder, "downloads");
  await mkdir(join(downloads, "ann", "b"), { recursive: true });
  await writeFile(join(downloads, "ann", "b", "v.mp4"), "the operator's");
  const [source, subtitles] = [video("v.mp4"), video("v.srt", 10)];
  const { id } = await bed.addReady([source, subtitles], { userName: "ann", folder: "b" });
  await keepTask(bed.database, { lease: await bed.claim(), signal }, downloads, Date.now());
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

test("a task that is canceled while it is moved leaves nothing", async () => {
  await using bed = await makeDeliveryBed();
  const downloads = join(bed.folder, "downloads");
  const { id } = await bed.addReady([video("v.mp4")]);
  const lease = await bed.claim();
  await cancelTask(bed.database, id, Date.now());
  await keepTask(bed.database, { lease, signal }, downloads, Date.now());
  assert.equal(bed.task(id).state, "CANCELED");
  assert.equal(bed.task(id).owner, null);
  assert.deepEqual(await filesBelow(downloads), {});
});
