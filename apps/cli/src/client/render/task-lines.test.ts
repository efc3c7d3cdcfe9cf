import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { FailureClass, type Task, TaskSchema, TaskState, WaitReason } from "@dwld/rpc";
import { textWidth } from "./fit-text.ts";
import { plainLook } from "./look.ts";
import { eventLine, progressLine, progressLines } from "./task-lines.ts";
import { detailText, qualityText } from "./task-words.ts";

const testNowMs = Date.UTC(2026, 10, 24, 8, 0, 0);

type TaskInit = MessageInitShape<typeof TaskSchema>;

function task(init: TaskInit): Task {
  return create(TaskSchema, { id: "ID", link: "https://site.example/1", ...init });
}

const qualities: [TaskInit, string][] = [
  [{}, "best"],
  [{ targetQuality: 720 }, "720p"],
  [{ targetQuality: 720, height: 480, width: 854 }, "480p/720p"],
  [{ height: 1920, width: 1080 }, "1080p/best"],
  [{ height: 360 }, "360p/best"],
  [{ targetQuality: 720, options: { audioOnly: true } }, "audio"],
];
for (const [init, expected] of qualities) {
  test(`quality text: "${expected}"`, () => {
    assert.equal(qualityText(task(init)), expected);
  });
}

const failure = { failureClass: FailureClass.RATE_LIMITED, message: "HTTP Error 429" };
const paused = (untilMs: number) => ({
  reason: WaitReason.SITE_PAUSED,
  until: timestampFromMs(untilMs),
  text: [{ languageCode: "en", text: "tube is paused" }],
});
const details: [what: string, init: TaskInit, expected: string | RegExp][] = [
  ["a task that waits for nothing", { state: TaskState.QUEUED }, ""],
  ["one that waits for a past time", { state: TaskState.QUEUED, wait: paused(testNowMs - 1) }, "waits: tube is paused"],
  [
    "one that waits for another try",
    { state: TaskState.QUEUED, wait: paused(testNowMs + 300_000), failure },
    /^waits: tube is paused, until \d\d:05:00 \(5m00s\), after rate_limited: HTTP Error 429$/,
  ],
  [
    "one that failed",
    { state: TaskState.FAILED, failure: { ...failure, advice: [{ languageCode: "en", text: "Wait." }] } },
    "rate_limited: Wait.",
  ],
  ["a failure without words", { state: TaskState.FAILED, failure: { failureClass: FailureClass.DRM } }, "drm"],
  ["a failure of the future", { state: TaskState.FAILED, failure: { failureClass: 99 as FailureClass } }, "class 99"],
  ["a download with nothing known", { state: TaskState.DOWNLOADING }, ""],
  [
    "a download whose size is unknown",
    { state: TaskState.DOWNLOADING, progress: { doneBytes: 5_000_000n, speedBytesPerSecond: 1000n } },
    "5.00 MB  1.00 kB/s",
  ],
  ["a post-processor", { state: TaskState.DOWNLOADING, progress: { doneBytes: 7n, step: "Merger" } }, "Merger  7 B"],
  [
    "several files",
    {
      state: TaskState.DONE,
      height: 720,
      files: [
        { remotePath: "/v/a.mp4", sizeBytes: 1n },
        { remotePath: "/v/a.srt", sizeBytes: 2n },
      ],
    },
    "720p/best  3 B  /v/a.mp4 and 1 more",
  ],
  [
    "a file that stays",
    { state: TaskState.DONE, files: [{ localPath: "/d/a.mp4", sizeBytes: 1n }] },
    "best  1 B  /d/a.mp4",
  ],
  ["a playlist", { state: TaskState.DONE, childCount: 1 }, "playlist, 1 entry"],
  ["a canceled task", { state: TaskState.CANCELED, failure }, ""],
];
for (const [what, init, expected] of details) {
  test(`detail text: ${what}`, () => {
    const text = detailText(task(init), testNowMs);
    if (typeof expected === "string") assert.equal(text, expected);
    else assert.match(text, expected);
  });
}

test("event line: one line, whatever the title holds", () => {
  const line = eventLine(task({ state: TaskState.READY_TO_SEND, title: "a\nb\u001b[31m" }), plainLook, testNowMs);
  assert.match(line, /^\d\d:00:00 {2}ID {2}ready to send {2}a b$/);
});

test("state word: an unknown state is shown by its number", () => {
  assert.match(eventLine(task({ state: 42 as TaskState }), plainLook, testNowMs), /ID {2}state 42 /);
});

const inWork = task({
  state: TaskState.DOWNLOADING,
  title: "日本語の題とその続きのとても長い名前 👨‍👩‍👧",
  progress: {
    doneBytes: 12_300_000n,
    totalBytes: 28_500_000n,
    progressPercent: 43.2,
    speedBytesPerSecond: 2_100_000n,
    eta: { seconds: 68n },
  },
});
const lines: [columns: number | undefined, expected: string][] = [
  [
    120,
    "downloading     43.2%  ████░░░░░░  12.3 MB of 28.5 MB  2.10 MB/s   1m08s left  日本語の題とその続きのとても長い名前 👨‍👩‍👧",
  ],
  [90, "downloading     43.2%  12.3 MB of 28.5 MB  2.10 MB/s   1m08s left  日本語の題とその続きの…"],
  [60, "downloading     43.2%  2.10 MB/s  日本語の題とその続きのと…"],
  [50, "downloading     43.2%  日本語の題とその続きのとて…"],
  [20, "downloading     43.…"],
];
for (const [columns, expected] of lines) {
  test(`progress line: on a terminal of ${columns} columns`, () => {
    const line = progressLine(inWork, { ...plainLook, columns }, testNowMs);
    assert.equal(line, expected);
    assert.ok(textWidth(line) <= (columns ?? Infinity));
  });
}

test("progress line: colours take no width", () => {
  for (const [columns, expected] of lines) {
    const line = progressLine(inWork, { columns, shortIds: true, colours: true }, testNowMs);
    assert.equal(stripVTControlCharacters(line), expected);
    assert.equal(line.startsWith("\u001b[36mdownloading\u001b[39m"), columns !== 20);
  }
});

test("progress lines: on a narrow terminal the reason to wait and its time are whole, below the name", () => {
  const waiting = task({
    state: TaskState.QUEUED,
    title: "A title that is far longer than it need be",
    wait: paused(testNowMs + 60_000),
  });
  const shown = (columns: number | undefined) =>
    progressLines(waiting, { ...plainLook, columns }, testNowMs).map((line) =>
      line.replace(/\d\d:\d\d:\d\d/, "14:01:00"),
    );
  assert.deepEqual(shown(60), [
    "queued         A title that is far longer than it need be",
    "               waits: tube is paused, until 14:01:00 (1m00s)",
  ]);
  assert.deepEqual(shown(40), [
    "queued         A title that is far long…",
    "               waits: tube is paused,",
    "               until 14:01:00 (1m00s)",
  ]);
  for (const columns of [100, undefined]) assert.equal(shown(columns).length, 1);
});

test("progress line: on a narrow terminal the name is cut before the reason to wait", () => {
  const waiting = task({
    state: TaskState.QUEUED,
    title: "A title that is far longer than it need be",
    wait: paused(0),
  });
  assert.equal(
    progressLine(waiting, { ...plainLook, columns: 72 }, testNowMs),
    "queued         A title that is far longer than i…  waits: tube is paused",
  );
});
