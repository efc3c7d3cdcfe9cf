import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cancelTask, retryTask } from "@dwld/queue";
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
