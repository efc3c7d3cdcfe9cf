import assert from "node:assert/strict";
import { test } from "node:test";
import type { YtdlpEvent } from "./events.ts";
import { follow, isMeasured, untold } from "./run-state.ts";

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
const tell = (events: YtdlpEvent[]) => events.reduce((story, event) => follow(story, event, 7), untold);

test("the percentage of one file is that of its bytes", () => {
  assert.equal(tell([video("mp4"), progress("mp4", 25, 100)]).progress?.progressPercent, 25);
});

test("video and sound that come apart are halves of one download, whose bytes add up", () => {
  const story = tell([video("1+2"), progress("1", 80, 80, true), progress("2", 10, 20)]);
  assert.equal(story.progress?.progressPercent, 75);
  assert.equal(story.progress.doneBytes, 90);
});

test("a format that is told finished twice counts once", () => {
  const story = tell([video("1+2"), progress("1", 80, 80, true), progress("1", 80, 80, true)]);
  assert.equal(story.finishedBytes, 80);
});

test("fragments tell the percentage where bytes cannot", () => {
  const event: YtdlpEvent = { kind: "progress", formatId: "h", finished: false, bytes: 5, fragment: 3, fragments: 4 };
  assert.equal(tell([video("h"), event]).progress?.progressPercent, 75);
});

test("a percentage that nobody knows is absent", () => {
  const event: YtdlpEvent = { kind: "progress", formatId: "h", finished: false, bytes: 5 };
  assert.equal(tell([video("h"), event]).progress?.progressPercent, undefined);
});

test("a post-processor is shown by its name", () => {
  assert.equal(tell([video("1"), { kind: "processor", name: "Merger", started: true }]).progress?.step, "Merger");
});

test("whether all came is known where a length or fragments were told before the end", () => {
  const part = (more: object): YtdlpEvent => ({ kind: "progress", formatId: "1", finished: false, bytes: 5, ...more });
  const finished = progress("1", 80, 80, true);
  assert.ok(isMeasured(tell([part({ totalBytes: 80 }), finished])));
  assert.ok(isMeasured(tell([part({ fragment: 1, fragments: 2 }), finished])));
  assert.ok(!isMeasured(tell([part({}), finished])));
  assert.ok(!isMeasured(tell([part({ totalBytes: 80 }), finished, progress("2", 9, 9, true)])));
});
