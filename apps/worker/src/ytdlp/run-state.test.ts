import assert from "node:assert/strict";
import { test } from "node:test";
import type { YtdlpEvent } from "./events.ts";
import { applyEvent, initialRunState, isMeasured } from "./run-state.ts";

const video = (formatId: string): YtdlpEvent => ({
  kind: "video",
  id: "a",
  title: "t",
  formatId,
  offered: [],
  soundOnly: false,
  live: false,
  subtitles: 0,
});
const progress = (formatId: string, bytes: number, totalBytes: number, finished = false): YtdlpEvent => ({
  kind: "progress",
  formatId,
  finished,
  bytes,
  totalBytes,
});
const stateAfter = (events: YtdlpEvent[]) =>
  events.reduce((state, event) => applyEvent(state, event, 7), initialRunState);

test("run state: the percentage of one file is that of its bytes", () => {
  assert.equal(stateAfter([video("mp4"), progress("mp4", 25, 100)]).progress?.progressPercent, 25);
});

test("run state: video and sound that come apart are halves of one download, whose bytes add up", () => {
  const state = stateAfter([video("1+2"), progress("1", 80, 80, true), progress("2", 10, 20)]);
  assert.equal(state.progress?.progressPercent, 75);
  assert.equal(state.progress.doneBytes, 90);
});

test("run state: a format that is reported finished twice counts once", () => {
  const state = stateAfter([video("1+2"), progress("1", 80, 80, true), progress("1", 80, 80, true)]);
  assert.equal(state.finishedBytes, 80);
});

test("run state: fragments give the percentage if bytes cannot", () => {
  const event: YtdlpEvent = { kind: "progress", formatId: "h", finished: false, bytes: 5, fragment: 3, fragments: 4 };
  assert.equal(stateAfter([video("h"), event]).progress?.progressPercent, 75);
});

test("run state: an unknown percentage is absent", () => {
  const event: YtdlpEvent = { kind: "progress", formatId: "h", finished: false, bytes: 5 };
  assert.equal(stateAfter([video("h"), event]).progress?.progressPercent, undefined);
});

test("run state: a post-processor is shown by its name", () => {
  assert.equal(stateAfter([video("1"), { kind: "processor", name: "Merger", started: true }]).progress?.step, "Merger");
});

test("run state: a download is measured if a length or fragments were told before its end", () => {
  const part = (more: object): YtdlpEvent => ({ kind: "progress", formatId: "1", finished: false, bytes: 5, ...more });
  const finished = progress("1", 80, 80, true);
  assert.ok(isMeasured(stateAfter([part({ totalBytes: 80 }), finished])));
  assert.ok(isMeasured(stateAfter([part({ fragment: 1, fragments: 2 }), finished])));
  assert.ok(!isMeasured(stateAfter([part({}), finished])));
  assert.ok(!isMeasured(stateAfter([part({ totalBytes: 80 }), finished, progress("2", 9, 9, true)])));
});

test("run state: of a run that names any number of files and formats, a thousand are kept", () => {
  const flood = Array.from({ length: 1500 }, (_, index): YtdlpEvent[] => [
    { kind: "file", path: `/${index}` },
    progress(`${index}`, 1, 2),
    progress(`${index}`, 2, 2, true),
  ]);
  const { files, measuredFormats, finishedFormats } = stateAfter(flood.flat());
  assert.deepEqual([files.length, measuredFormats.length, finishedFormats.length], [1000, 1000, 1000]);
});
