import assert from "node:assert/strict";
import { link, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { cancelTask, markThere } from "@dwld/queue";
import { DestinationError } from "./destination/destination-error.ts";
import type { Destination } from "./destination/destination.ts";
import { deliverToFolder, finished, type FolderBed, localPaths, makeFolderBed } from "./testing/folder-bed.ts";
import { video } from "./testing/index.ts";

test("a last failure while a file gets its name: the name is cleared while the task is held, and never afterwards", async () => {
  await using on = await makeFolderBed();
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

test("a last failure while a file gets its name: it is what the task tells, though nobody can say in time whose the task is", async () => {
  await using on = await makeFolderBed();
  const { bed, downloads, deliverer } = on;
  const { id } = await bed.addReady([video("v.mp4")], { userName: "ann" });
  const facts = { kind: "connection", phase: "work", message: "no connection", advice: "Mend it." } as const;
  const connect: Destination["connect"] = async (signal) => {
    const session = await on.destination.connect(signal);
    const rename = session.rename.bind(session);
    session.rename = async (from, to) => {
      await rename(from, to);
      throw new DestinationError(facts);
    };
    return session;
  };
  // The table was away for longer than the removal has time.
  const confirm = async () => {
    throw new DOMException("the operation was aborted due to timeout", "TimeoutError");
  };
  const changes = { destination: { ...on.destination, connect }, confirm, giveUpAfterMs: 0 };
  await deliverer.deliver(await bed.claim(), { changes });
  const { state, failure_message } = await bed.task(id);
  assert.deepEqual([state, failure_message], ["FAILED", "no connection"]);
  assert.deepEqual(Object.keys(await finished(downloads)), ["ann/v.mp4"], "it may be another task's by now");
});

/** Delivers, and stops after a call of the folder, before the delivery learns of it. */
async function stopAfter(on: FolderBed, method: "ensureFolder" | "rename", count: number): Promise<void> {
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
    await using on = await makeFolderBed();
    const { id } = await on.bed.addReady([video("v.mp4"), video("v.srt", 10)]);
    const home = dirname((await localPaths(on.bed, id))[0] ?? "");
    for (const { method, count, left } of stops) {
      await stopAfter(on, method, count);
      assert.deepEqual((await readdir(home)).toSorted(), left);
    }
    assert.equal((await deliverToFolder(on, id)).state, "DONE");
    assert.deepEqual(await readdir(home), []);
  });

test("to a folder: a task that is canceled meanwhile leaves nothing", async () => {
  await using on = await makeFolderBed();
  const { bed, downloads } = on;
  const { id } = await bed.addReady([video("v.mp4")], { userName: "ann" });
  const lease = await bed.claim();
  await cancelTask(bed.database, { id, scope: "all" }, Date.now());
  await on.deliverer.deliver(lease);
  assert.deepEqual([(await bed.task(id)).state, (await bed.task(id)).owner], ["CANCELED", null]);
  assert.deepEqual(await finished(downloads), {});
});

test("to a folder: a task that is canceled when a part of it is there leaves nothing", async () => {
  await using on = await makeFolderBed();
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

test("to a folder: a run that breaks by a defect when its task is canceled leaves nothing of what it has made", async () => {
  await using on = await makeFolderBed();
  const { bed, downloads } = on;
  const { id } = await bed.addReady([video("v.mp4"), video("v.srt", 10)], { userName: "ann" });
  let renames = 0;
  const connect: Destination["connect"] = async (signal) => {
    const session = await on.destination.connect(signal);
    const rename = session.rename.bind(session);
    session.rename = async (from, to, confirm) => {
      await rename(from, to, confirm);
      renames += 1;
      if (renames < 2) return;
      await cancelTask(bed.database, { id, scope: "all" }, Date.now());
      throw new TypeError("a defect");
    };
    return session;
  };
  const changes = { destination: { ...on.destination, connect } };
  await assert.rejects(on.deliverer.deliver(await bed.claim(), { changes }), /a defect/);
  assert.deepEqual([(await bed.task(id)).state, (await bed.task(id)).owner], ["CANCELED", null]);
  assert.deepEqual(await finished(downloads), {});
});

test("to a folder: of what a canceled task has made, a file that cannot be removed keeps no other from being removed", async () => {
  await using on = await makeFolderBed();
  const { bed, downloads } = on;
  const { id } = await bed.addReady([video("v.mp4"), video("v.srt", 10)], { userName: "ann" });
  const facts = { kind: "folder_refused", phase: "work", message: "it stays", advice: "Mend it." } as const;
  let renames = 0;
  const connect: Destination["connect"] = async (signal) => {
    const session = await on.destination.connect(signal);
    const [rename, remove] = [session.rename.bind(session), session.remove.bind(session)];
    session.rename = async (from, to, confirm) => {
      await rename(from, to, confirm);
      renames += 1;
      if (renames < 2) return;
      await cancelTask(bed.database, { id, scope: "all" }, Date.now());
      throw new DestinationError(facts);
    };
    session.remove = async (path) => {
      if (path === "ann/v.mp4") throw new DestinationError(facts);
      await remove(path);
    };
    return session;
  };
  await on.deliverer.deliver(await bed.claim(), { changes: { destination: { ...on.destination, connect } } });
  assert.equal((await bed.task(id)).state, "CANCELED");
  assert.deepEqual(Object.keys(await finished(downloads)), ["ann/v.mp4"]);
});
