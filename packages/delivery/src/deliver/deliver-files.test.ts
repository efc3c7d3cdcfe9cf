import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type DeliveryRules, folderRules } from "@dwld/daemon";
import { filesOf, type FileRow, LeaseLostError } from "@dwld/queue";
import { DestinationError, type FailureKind } from "../destination/destination-error.ts";
import type { Session } from "../destination/destination.ts";
import { type FolderBed, makeFolderBed } from "../testing/folder-bed.ts";
import { video } from "../testing/index.ts";
import { type DeliveredFiles, deliverFiles } from "./deliver-files.ts";

const failure = (kind: FailureKind) => new DestinationError({ kind, phase: "work", message: kind, advice: "" });

/** Delivers the files of the task that waits, in a session that is changed. Returns names in place of rows and paths. */
async function run(
  { bed, deliverer, destination }: FolderBed,
  change: (session: Session) => Partial<Session>,
  rules: DeliveryRules = folderRules,
) {
  const lease = await bed.claim();
  const files = await filesOf(bed.database, [lease.task.seq]);
  const connect: typeof destination.connect = async (signal) => {
    const session = await destination.connect(signal);
    return Object.assign(session, change(session));
  };
  const context = { ...deliverer.options, destination: { ...destination, connect } };
  const work = { lease, signal: new AbortController().signal };
  const told = { stalledAt: new Map<number, number>(), onProgress: () => undefined };
  return named(await deliverFiles(context, work, { files, rules }, told));
}

function named({ copies, unrecorded, failure: failed, ...delivered }: DeliveredFiles) {
  const nameOf = ({ file }: { file: FileRow }) => file.name;
  const { stalled, ...rest } = failed ?? {};
  const at = stalled === undefined ? {} : { stalled: [nameOf(stalled), stalled.atBytes] };
  return {
    ...{ ...delivered, copies: copies.map(nameOf), unrecorded: unrecorded.map(nameOf) },
    ...(failed === undefined ? {} : { failure: { ...rest, ...at } }),
  };
}

const nothing = { copies: [], unrecorded: [], remarks: [], skipped: [] };

/** Breaks the rename of "v.mp4", which is the last file. */
const breakingRename = (error: unknown) => (session: Session) => {
  const rename = session.rename.bind(session);
  return {
    rename: async (from: string, to: string, confirm?: () => Promise<void>) => {
      if (to === "v.mp4") throw error;
      await rename(from, to, confirm);
    },
  };
};

test("files of a task: all copies are returned, and of them the last, which no reservation has recorded", async () => {
  await using on = await makeFolderBed();
  await on.bed.addReady([video("v.mp4"), video("v.srt", 10)]);
  const delivered = await run(on, () => ({}));
  assert.deepEqual(delivered, { ...nothing, copies: ["v.srt", "v.mp4"], unrecorded: ["v.mp4"] });
});

test("files of a task: the names that others have are returned, and remarks on folders", async () => {
  await using on = await makeFolderBed();
  await writeFile(join(on.downloads, "v.mp4"), "another");
  await writeFile(join(on.downloads, "v.jpg"), "another");
  await on.bed.addReady([video("v.mp4"), video("v.srt", 10), video("v.jpg", 10)]);
  const remark = { en: "elsewhere", ru: "не там" };
  const change = () => ({ ensureFolder: async () => ({ path: "", remark }) });
  const { copies, skipped, remarks } = await run(on, change, { ...folderRules, conflict: "skip" });
  assert.deepEqual({ copies, skipped }, { copies: ["v.srt"], skipped: ["v.jpg", "v.mp4"] });
  assert.deepEqual(remarks, [remark, remark, remark]);
});

for (const [what, error] of Object.entries({
  "a failure of the destination": failure("connection"),
  "a lost lease": new LeaseLostError(),
  "a defect": new TypeError("a defect"),
}))
  test(`files of a task: ${what} at the rename is returned with what was made before, and the name that the file may have`, async () => {
    await using on = await makeFolderBed();
    await on.bed.addReady([video("v.mp4"), video("v.srt", 10)]);
    assert.deepEqual(await run(on, breakingRename(error)), {
      ...nothing,
      copies: ["v.srt"],
      failure: { error, publishing: "v.mp4" },
    });
  });

test("files of a task: after a refused name, the file may have none", async () => {
  await using on = await makeFolderBed();
  await on.bed.addReady([video("v.mp4")]);
  const error = failure("name_refused");
  const refuse = () => Promise.reject(error);
  assert.deepEqual(await run(on, () => ({ rename: refuse })), { ...nothing, failure: { error } });
});

test("files of a task: an upload that stalls is returned with the bytes with which it had begun", async () => {
  await using on = await makeFolderBed();
  await on.bed.addReady([video("v.mp4")]);
  const error = failure("stalled");
  const stall = { clone: async () => false, put: () => Promise.reject(error) };
  assert.deepEqual(await run(on, () => stall), { ...nothing, failure: { error, stalled: ["v.mp4", 0] } });
});

test("files of a task: a failure before the first file is returned, too", async () => {
  await using on = await makeFolderBed();
  await on.bed.addReady([video("v.mp4")]);
  const error = failure("connection");
  const refuse = () => {
    throw error;
  };
  assert.deepEqual(await run(on, refuse), { ...nothing, failure: { error } });
});
