import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOptions, type TaskOptions } from "@dwld/options";
import type { YtdlpEvent } from "./events.ts";
import { expectedBytes } from "./expected-bytes.ts";
import { applyEvent, initialRunState, type RunState } from "./run-state.ts";

const plain = parseOptions({ options: "{}" });
const facts = { id: "", title: "", offered: [], soundOnly: false, subtitles: 0, live: false };
const video = (formatId: string, more: object = {}): YtdlpEvent => ({ kind: "video", ...facts, formatId, ...more });
const progress = (formatId: string, bytes: number, more: object = {}): YtdlpEvent => ({
  kind: "progress",
  formatId,
  bytes,
  finished: false,
  ...more,
});
const stateAfter = (events: readonly YtdlpEvent[]): RunState =>
  events.reduce((state, event) => applyEvent(state, event, 1), initialRunState);

const cases: { name: string; events: YtdlpEvent[]; options?: Partial<TaskOptions>; total?: number; done?: number }[] = [
  { name: "unknown before the first event", events: [] },
  { name: "the size that the site announced", events: [video("18", { sizeBytes: 100 })], total: 100 },
  {
    name: "the size that the server tells with the bytes",
    events: [video("18"), progress("18", 10, { totalBytes: 90 })],
    total: 90,
    done: 10,
  },
  {
    name: "merging picture and sound writes them once more",
    events: [video("137+140", { sizeBytes: 100 })],
    total: 200,
  },
  {
    name: "embedding writes the whole once more",
    events: [video("18", { sizeBytes: 100 })],
    options: { embedMetadata: true },
    total: 200,
  },
  {
    name: "marking the parts that SponsorBlock knows writes the whole once more",
    events: [video("18", { sizeBytes: 100 })],
    options: { sponsorblockMark: ["sponsor"] },
    total: 200,
  },
  {
    name: "encoding writes the whole once more",
    events: [video("18", { sizeBytes: 100 })],
    options: { recode: "mp4" },
    total: 200,
  },
  { name: "a live stream has no size", events: [video("18", { sizeBytes: 100, live: true })] },
  {
    name: "sections have no size: the site tells that of the whole",
    events: [video("18", { sizeBytes: 100 })],
    options: { sections: [{ startSeconds: 1, endSeconds: 2 }] },
  },
  { name: "fragments tell no size", events: [video("hls"), progress("hls", 10, { fragments: 7 })], done: 10 },
  {
    name: "a complete download has the size of its bytes",
    events: [
      video("hls"),
      progress("hls", 70, { finished: true }),
      { kind: "processor", name: "FixupM3u8", started: true },
    ],
    total: 70,
    done: 70,
  },
];

for (const { name, events, options = {}, total, done = 0 } of cases)
  test(`expected bytes: ${name}`, () => {
    const expected = { totalBytes: total, doneBytes: done };
    assert.deepEqual(expectedBytes(stateAfter(events), { ...plain, ...options }), expected);
  });
