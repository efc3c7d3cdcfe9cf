import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOptions, type TaskOptions } from "@dwld/queue";
import type { YtdlpEvent } from "./events.ts";
import { type DownloadStory, follow, untold } from "./run-state.ts";
import { expectedBytes } from "./expected-bytes.ts";

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
const told = (...events: YtdlpEvent[]): DownloadStory =>
  events.reduce((story, event) => follow(story, event, 1), untold);

const cases: { name: string; events: YtdlpEvent[]; options?: Partial<TaskOptions>; total?: number; done?: number }[] = [
  { name: "nothing is known before anything is told", events: [] },
  { name: "the site's own word", events: [video("18", { sizeBytes: 100 })], total: 100 },
  {
    name: "the server's, as the bytes come",
    events: [video("18"), progress("18", 10, { totalBytes: 90 })],
    total: 90,
    done: 10,
  },
  {
    name: "picture and sound are written once more as they are merged",
    events: [video("137+140", { sizeBytes: 100 })],
    total: 200,
  },
  {
    name: "what is embedded is a copy of the whole",
    events: [video("18", { sizeBytes: 100 })],
    options: { embedMetadata: true },
    total: 200,
  },
  {
    name: "and so is what is encoded",
    events: [video("18", { sizeBytes: 100 })],
    options: { recode: "mp4" },
    total: 200,
  },
  { name: "a broadcast has no size", events: [video("18", { sizeBytes: 100, live: true })] },
  {
    name: "of a video in parts, the site tells the size of the whole",
    events: [video("18", { sizeBytes: 100 })],
    options: { sections: [{ startSeconds: 1, endSeconds: 2 }] },
  },
  { name: "fragments tell no size", events: [video("hls"), progress("hls", 10, { fragments: 7 })], done: 10 },
  {
    name: "what is complete has the size that it has",
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
  test(name, () => {
    const expected = { totalBytes: total, doneBytes: done };
    assert.deepEqual(expectedBytes(told(...events), { ...plain, ...options }), expected);
  });
