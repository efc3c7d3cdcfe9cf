import assert from "node:assert/strict";
import { access, link, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { folderRules } from "@dwld/daemon";
import { cancelTask, markThere, parseTexts, retryTask } from "@dwld/queue";
import { reserveName, testHost } from "@dwld/queue/testing";
import { mountForTest } from "@dwld/testbed";
import { DestinationError } from "./destination/destination-error.ts";
import type { Destination } from "./destination/destination.ts";
import { createFolderDestination } from "./destination/folder/folder-destination.ts";
import { type DeliveryBed, filesBelow, makeDeliveryBed, makeTestDeliverer, sha256, video } from "./testing/index.ts";

/** Delivery is off: finished files go to the folder for downloads. */
async function makeBed() {
  await using parts = new AsyncDisposableStack();
  const bed = parts.use(await makeDeliveryBed());
  const downloads = join(bed.folder, "downloads");
  await mkdir(downloads);
  const destination = createFolderDestination(downloads, testHost);
  const deliverer = parts.use(makeTestDeliverer(bed, destination, folderRules));
  const all = parts.move();
  return { bed, downloads, destination, deliverer, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

type Bed = Awaited<ReturnType<typeof makeBed>>;

async function deliver({ bed, deliverer }: Bed, id: string, changes?: { host: string }) {
  const dueMs = (await bed.task(id)).not_before ?? undefined;
  await deliverer.deliver((onClaim) => bed.claim(dueMs, onClaim), changes === undefined ? {} : { changes });
  return await bed.task(id);
}

/** Files that are the operator's: not below dwld's own folder. */
async function finished(downloads: string): Promise<Record<string, string>> {
  const all = Object.entries(await filesBelow(downloads));
  return Object.fromEntries(all.filter(([path]) => !path.startsWith(".dwld/")));
}

const localPaths = async (bed: DeliveryBed, id: string) => (await bed.files(id)).map(({ local_path }) => local_path);

test("to a folder: files are linked under one number, nothing is overwritten, and the sources go", async () => {
  await using on = await makeBed();
  const { bed, downloads } = on;
  await mkdir(join(downloads, "ann", "b"), { recursive: true });
  await writeFile(join(downloads, "ann", "b", "v [x].mp4"), "the operator's");
  const [source, subtitles] = [video("v [x].mp4"), video("v [x].en.vtt", 10)];
  const { id } = await bed.addReady([source, subtitles], { userName: "ann", folder: "b" });
  const sources = await localPaths(bed, id);
  const task = await deliver(on, id);
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
  await using on = await makeBed();
  const source = video("v.mp4");
  for (const name of ["v.mp4", "v (2).mp4"]) {
    const { id } = await on.bed.addReady([source]);
    assert.equal((await deliver(on, id)).state, "DONE");
    assert.deepEqual(await localPaths(on.bed, id), [join(on.downloads, name)]);
  }
});

test("to a folder: one on another file system gets a copy that was read back", async (context) => {
  await using on = await makeBed();
  const { bed, downloads } = on;
  const disk = await mountForTest(context, 1);
  if (disk === undefined) return;
  await symlink(disk.path, join(downloads, "ann"));
  const source = video("v.mp4");
  const { id } = await bed.addReady([source], { userName: "ann" });
  const [before] = await localPaths(bed, id);
  const task = await deliver(on, id);
  assert.equal(task.state, "DONE", task.failure_message ?? "");
  assert.deepEqual(await filesBelow(disk.path), { "v.mp4": sha256(source.bytes) });
  assert.deepEqual(await localPaths(bed, id), [join(downloads, "ann", "v.mp4")]);
  assert.equal((await bed.files(id))[0]?.verified_by, "size and read back");
  await assert.rejects(access(before ?? ""), { code: "ENOENT" });
});

test("to a folder: one that takes nothing is waited for without end, and the file stays", async (context) => {
  await using on = await makeBed();
  const { bed, downloads } = on;
  const disk = await mountForTest(context, 1);
  if (disk === undefined) return;
  await symlink(disk.path, join(downloads, "ann"));
  const files = [video("v.mp4", 100_000), video("v.srt", 10)];
  const { id } = await bed.addReady(files, { userName: "ann" });
  await disk.fill();
  for (const attempt of [1, 2, 3]) {
    const waiting = await deliver(on, id);
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
  assert.equal((await deliver(on, id)).state, "DONE");
  const sums = files.map(({ name, bytes }) => [name, sha256(bytes)]);
  assert.deepEqual(await filesBelow(disk.path), Object.fromEntries(sums));
});

test("to a folder: where a file has the name of the folder, the video goes to the next, and the task says so", async () => {
  await using on = await makeBed();
  const { bed, downloads } = on;
  await writeFile(join(downloads, "ann"), "the operator's");
  const source = video("v.mp4");
  const subtitles = video("v.en.vtt", 10);
  const { id } = await bed.addReady([source, subtitles], { userName: "ann" });
  const { state, remark_texts } = await deliver(on, id);
  assert.deepEqual(
    [state, parseTexts(remark_texts)?.en],
    ["DONE", "A file is where the folder ann would be: it is ann (2)."],
  );
  assert.deepEqual(await filesBelow(join(downloads, "ann (2)")), {
    "v.mp4": sha256(source.bytes),
    "v.en.vtt": sha256(subtitles.bytes),
  });
});

test("a last failure while a file gets its name: the name is cleared while the task is held, and never afterwards", async () => {
  await using on = await makeBed();
  const { bed, downloads, deliverer } = on;
  const { id } = await bed.addReady([video("v.mp4")], { userName: "ann" });
  const removals: [path: string, state: string][] = [];
  const facts = { kind: "connection", phase: "work", message: "no connection", advice: "Mend it." } as const;
  const destination: Destination = {
    ...on.destination,
    connect: async (signal) => {
      const session = await on.destination.connect(signal);
      const [rename, remove] = [session.rename.bind(session), session.remove.bind(session)];
      session.rename = async (from, to) => {
        await rename(from, to);
        throw new DestinationError(facts);
      };
      session.remove = async (path) => {
        removals.push([path, (await bed.task(id)).state]);
        await remove(path);
      };
      return session;
    },
  };
  await deliverer.deliver(await bed.claim(), { changes: { destination, giveUpAfterMs: 0 } });
  assert.equal((await bed.task(id)).state, "FAILED");
  assert.deepEqual(
    removals.filter(([path]) => path === "ann/v.mp4"),
    [["ann/v.mp4", "SENDING"]],
  );
  assert.deepEqual(await finished(downloads), {});
});

/** Delivers, and stops after a call of the folder, before the delivery learns of it. */
async function stopAfter(on: Bed, method: "ensureFolder" | "rename", count: number): Promise<void> {
  const stop = new AbortController();
  let calls = 0;
  const connect: Destination["connect"] = async (signal) => {
    const session = await on.destination.connect(signal);
    const original = session[method].bind(session) as (...given: [string, string]) => Promise<unknown>;
    const called = async (...given: [string, string]) => {
      const result = await original(...given);
      calls += 1;
      if (calls === count) stop.abort("shutdown");
      return result;
    };
    return Object.assign(session, { [method]: called });
  };
  const changes = { destination: { ...on.destination, connect } };
  await on.deliverer.deliver(await on.bed.claim(), { signal: stop.signal, changes });
  assert.ok(stop.signal.aborted);
}

for (const { when, stops } of [
  { when: "when the copy is made", stops: [{ method: "rename", count: 1, left: ["v.mp4", "v.srt"] }] },
  { when: "before the next file", stops: [{ method: "ensureFolder", count: 2, left: ["v.mp4"] }] },
  { when: "at the next file", stops: [{ method: "rename", count: 2, left: ["v.mp4"] }] },
  {
    when: "twice",
    stops: [
      { method: "rename", count: 1, left: ["v.mp4", "v.srt"] },
      { method: "rename", count: 1, left: ["v.mp4"] },
    ],
  },
] as const)
  test(`to a folder: a delivery that is stopped ${when} leaves no source beside a copy on record`, async () => {
    await using on = await makeBed();
    const { id } = await on.bed.addReady([video("v.mp4"), video("v.srt", 10)]);
    const home = dirname((await localPaths(on.bed, id))[0] ?? "");
    for (const { method, count, left } of stops) {
      await stopAfter(on, method, count);
      assert.deepEqual((await readdir(home)).toSorted(), left);
    }
    assert.equal((await deliver(on, id)).state, "DONE");
    assert.deepEqual(await readdir(home), []);
  });

test("to a folder: a task that is canceled meanwhile leaves nothing", async () => {
  await using on = await makeBed();
  const { bed, downloads } = on;
  const { id } = await bed.addReady([video("v.mp4")], { userName: "ann" });
  const lease = await bed.claim();
  await cancelTask(bed.database, { id, scope: "all" }, Date.now());
  await on.deliverer.deliver(lease);
  assert.deepEqual([(await bed.task(id)).state, (await bed.task(id)).owner], ["CANCELED", null]);
  assert.deepEqual(await finished(downloads), {});
});

test("to a folder: a task that is canceled when a part of it is there leaves nothing", async () => {
  await using on = await makeBed();
  const { bed, downloads } = on;
  const { id } = await bed.addReady([video("v.mp4"), video("v.srt", 10)], { userName: "ann" });
  const lease = await bed.claim();
  const [, subtitles] = await bed.files(id);
  assert.ok(subtitles?.local_path !== undefined && subtitles.local_path !== null);
  await mkdir(join(downloads, "ann"));
  await link(subtitles.local_path, join(downloads, "ann", "v.srt"));
  const name = { destination: on.destination.name, path: "ann/v.srt" };
  const copy = { verifiedBy: "the same file", localPath: join(downloads, "ann", "v.srt") };
  await markThere(bed.database, lease, { ...copy, file: subtitles, name }, 1);
  await cancelTask(bed.database, { id, scope: "all" }, Date.now());
  await on.deliverer.deliver(lease);
  assert.deepEqual([(await bed.task(id)).state, (await bed.task(id)).owner], ["CANCELED", null]);
  assert.deepEqual(await finished(downloads), {});
});

test("to a folder: a file that is gone fails the task, and a retry downloads it again", async () => {
  await using on = await makeBed();
  const { bed } = on;
  const { id } = await bed.addReady([video("v.mp4")]);
  await rm((await localPaths(bed, id))[0] ?? "");
  const waiting = await deliver(on, id, { host: "another" });
  assert.equal(waiting.state, "READY_TO_SEND");
  assert.match(waiting.failure_message ?? "", /^v\.mp4 was downloaded on the machine here, and .* is not on this one$/);
  const failed = await deliver(on, id);
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
    await using on = await makeBed();
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
