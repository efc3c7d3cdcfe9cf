import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type AttemptRow, type FileRow, localDestination, type TaskRow } from "@dwld/queue";
import { FailureClass, type LocalizedText, FailureClassSchema, TaskState } from "@dwld/rpc";
import { asSeenBy } from "./as-seen-by.ts";
import { taskMessage } from "./task-message.ts";

const bare = {
  seq: 1,
  id: "01",
  parent_id: null,
  chat_id: "chat",
  request_id: null,
  request_hash: "h",
  link: "https://v.example/",
  site: "v.example",
  user_name: "",
  folder: "",
  target_quality: 720,
  options: JSON.stringify({ audioOnly: true, subtitleLanguages: ["en"], playlist: false, playlistLimit: 0 }),
  state: "QUEUED",
  not_before: null,
  rank: 0,
  owner: null,
  process_id: null,
  hidden: 0,
  title: "",
  duration_seconds: null,
  width: null,
  height: null,
  has_thumbnail: 0,
  round: 1,
  attempt_count: 3,
  tried_since: null,
  delivery_attempt_count: 0,
  interruption_count: 0,
  child_count: 0,
  failure_class: null,
  failure_message: null,
  advice_texts: null,
  remark_texts: null,
  progress: null,
  revision: 1,
  created_at: 1000,
  updated_at: 2000,
  finished_at: null,
} as TaskRow;

const progress = { doneBytes: 1.6, totalBytes: 10, etaSeconds: 2.5, step: "video", updatedAtMs: 3000 };

describe("a task as clients see it", () => {
  it("task message: unknown values are absent, not 0", () => {
    const task = taskMessage(bare);
    for (const key of ["duration", "height", "width", "finishTime", "wait", "progress", "failure"] as const)
      assert.equal(task[key], undefined, key);
    assert.equal(task.thumbnailPath, "");
    assert.equal(taskMessage({ ...bare, has_thumbnail: 1 }).thumbnailPath, `tasks/${bare.id}/thumbnail`);
    assert.equal(task.options?.audioOnly, true);
    assert.equal(task.createTime === undefined ? 0 : timestampMs(task.createTime), 1000);
  });

  it("task message: a failure's class is the contract's, and UNKNOWN where a newer worker wrote it", () => {
    const failed = {
      ...bare,
      state: "FAILED" as const,
      finished_at: 3000,
      failure_message: "m",
      advice_texts: '{"en":"a"}',
    };
    for (const { name, number } of FailureClassSchema.values.slice(1)) {
      const stored = name.replace("FAILURE_CLASS_", "").toLowerCase();
      assert.equal(taskMessage({ ...failed, failure_class: stored }).failure?.failureClass, number);
    }
    assert.equal(
      taskMessage({ ...failed, failure_class: "of_the_future" }).failure?.failureClass,
      FailureClass.UNKNOWN,
    );
    assert.equal(taskMessage(failed).failure, undefined);
  });

  it("task message: texts are told in each language that there is, English first", () => {
    const advice_texts = JSON.stringify({ ru: "Видео удалено.", en: "It was removed." });
    const failed = { ...bare, state: "FAILED" as const, failure_class: "gone", advice_texts };
    const { failure, remark } = taskMessage({ ...failed, remark_texts: '{"en":"Only a part."}' });
    const plain = (texts: readonly LocalizedText[]) => texts.map(({ languageCode, text }) => [languageCode, text]);
    assert.deepEqual(plain(failure?.advice ?? []), [
      ["en", "It was removed."],
      ["ru", "Видео удалено."],
    ]);
    assert.deepEqual(plain(remark), [["en", "Only a part."]]);
  });

  it("task message: progress is told while it is in work, and not afterwards", () => {
    const working = taskMessage({ ...bare, state: "DOWNLOADING" }, { progress });
    assert.equal(working.progress?.doneBytes, 2n);
    assert.equal(working.progress.totalBytes, 10n);
    assert.equal(working.progress.progressPercent, undefined);
    assert.deepEqual([working.progress.eta?.seconds, working.progress.eta?.nanos], [2n, 500_000_000]);
    assert.equal(taskMessage({ ...bare, state: "READY_TO_SEND" }, { progress }).progress, undefined);
  });

  it("task message: a name that is only reserved on the server is not told as delivered", () => {
    const file: FileRow = {
      seq: 1,
      task_seq: 1,
      host: "h",
      name: "a.mp4",
      size_bytes: 5_000_000_000,
      sha256: "00",
      local_path: "/d/a.mp4",
      destination: "ftp://h:21",
      remote_path: "/a.mp4",
      holds_name: 1,
      delivered_at: null,
      verified_by: null,
    };
    const [reserved] = taskMessage(bare, { files: [file] }).files;
    assert.deepEqual([reserved?.remotePath, reserved?.verifiedBy, reserved?.sizeBytes], ["", "", 5_000_000_000n]);
    assert.equal(reserved?.deliverTime, undefined);
    const [delivered] = taskMessage(bare, {
      files: [{ ...file, delivered_at: 1, verified_by: "size", local_path: null }],
    }).files;
    assert.deepEqual([delivered?.remotePath, delivered?.verifiedBy, delivered?.localPath], ["/a.mp4", "size", ""]);
    assert.equal(delivered?.deliverTime?.nanos, 1_000_000);
  });

  it("task message: a file that was delivered to a folder of this machine has a local path alone, and the name that it has there", () => {
    const file: FileRow = {
      ...{ seq: 1, task_seq: 1, host: "h", name: "a.mp4", size_bytes: 1, sha256: "00", holds_name: 1 },
      ...{ local_path: "/d/ann/a (2).mp4", destination: localDestination("h", "/d"), remote_path: "ann/a (2).mp4" },
      ...{ delivered_at: 1, verified_by: "the same file" },
    };
    const [message] = taskMessage(bare, { files: [file] }).files;
    assert.deepEqual(
      [message?.name, message?.localPath, message?.remotePath, message?.verifiedBy],
      ["a (2).mp4", "/d/ann/a (2).mp4", "", ""],
    );
    assert.equal(message?.deliverTime?.nanos, 1_000_000);
  });

  it("task message: a file that can be given has an address by its place, and a viewer of some chats is told it, too", () => {
    const file: FileRow = {
      ...{ seq: 1, task_seq: 1, host: "h", name: "a.mp4", size_bytes: 1, sha256: "00", holds_name: 0 },
      ...{ local_path: "/d/a.mp4", destination: null, remote_path: null, delivered_at: null, verified_by: null },
    };
    const files = [{ ...file, local_path: null }, file];
    const message = taskMessage(bare, { files, isHere: ({ local_path: path }) => path !== null });
    const addresses = ["", `tasks/${bare.id}/files/2`];
    const seen = asSeenBy({ role: "user", scope: ["c"] }, message);
    for (const { files: told } of [message, seen])
      assert.deepEqual(
        told.map(({ downloadPath }) => downloadPath),
        addresses,
      );
    assert.equal(seen.files[1]?.localPath, "");
  });

  it("task message: a running attempt has no end and no exit code; 0 is an exit code", () => {
    const attempt: AttemptRow = {
      seq: 1,
      id: "a",
      task_seq: 1,
      round: 1,
      number: 1,
      stage: "default",
      started_at: 1000,
      ended_at: null,
      outcome: null,
      failure_class: null,
      failure_message: null,
      advice_texts: null,
      exit_code: null,
      signal: null,
      downloaded_bytes: 0,
      ytdlp_version: "2026.01.01",
      stderr_tail: "",
      process_group: '{"pid":1}',
      cookie_file: null,
      host: "here",
      remark_texts: null,
    };
    const ended = { ...attempt, ended_at: 2000, outcome: "succeeded" as const, exit_code: 0 };
    const [running, done] = taskMessage({ ...bare, state: "DOWNLOADING" }, { attempts: [attempt, ended] }).attempts;
    assert.deepEqual([running?.endTime, running?.exitCode, done?.exitCode], [undefined, undefined, 0]);
    assert.equal(taskMessage(bare).state, TaskState.QUEUED);
  });
});
