import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions } from "@dwld/options";
import { createEntryReader, isOutside } from "./playlist-entries.ts";

const nowMs = Date.parse("2026-06-30");
const entry = (links: string[], more: { title?: string; reader?: string; uploaded?: string } = {}) =>
  ({ kind: "entry", title: "", playlistTitle: "", reader: "", links, ...more }) as const;

const cases: [
  what: string,
  uploaded: string | undefined,
  reader: string,
  after: string,
  before: string,
  outside: boolean,
][] = [
  ["no day", undefined, "", "2024-01-01", "2024-12-31", false],
  ["the first day", "2024-01-01", "", "2024-01-01", "", false],
  ["the day before", "2023-12-31", "", "2024-01-01", "", true],
  ["the last day", "2024-12-31", "", "", "2024-12-31", false],
  ["the day after", "2025-01-01", "", "", "2024-12-31", true],
  ["what YouTube's lists say is too early is", "2023-12-31", "Youtube", "2024-01-01", "", true],
  ["YouTube's 1 year ago may be 2", "2025-06-30", "Youtube", "", "2024-12-31", false],
  ["YouTube's yesterday is no last year", "2026-06-29", "Youtube", "", "2025-12-31", true],
];
for (const [what, uploaded, reader, uploadedAfter, uploadedBefore, outside] of cases)
  test(`playlist entries: ${what}: ${outside ? "outside" : "taken"}`, () => {
    const event = { reader, ...(uploaded === undefined ? {} : { uploaded }) };
    assert.equal(isOutside(event, { uploadedAfter, uploadedBefore }, nowMs), outside);
  });

test("playlist entries: the limit counts entries that are taken, not those left out", () => {
  const reader = createEntryReader({ ...defaultOptions, uploadedAfter: "2024-01-01" }, 2, nowMs);
  for (const [index, uploaded] of ["2023-01-01", "2024-01-01", "2022-01-01", "2025-01-01", "2026-01-01"].entries())
    reader.read(entry([`https://s.example/${index}`], { uploaded }));
  assert.deepEqual(
    reader.entries.map(({ link }) => link),
    ["https://s.example/1", "https://s.example/3"],
  );
  assert.deepEqual([reader.outside, reader.beyond], [2, 1]);
});

test("playlist entries: the tabs of a channel are lists, not videos", () => {
  const reader = createEntryReader(defaultOptions, 9, nowMs);
  reader.read(entry(["https://s.example/@a/videos"], { reader: "YoutubeTab" }));
  reader.read(entry(["https://s.example/watch?v=1"], { reader: "Youtube", title: "One" }));
  assert.deepEqual(reader.lists, ["https://s.example/@a/videos"]);
  assert.deepEqual(reader.entries, [{ link: "https://s.example/watch?v=1", title: "One" }]);
});

test("playlist entries: entries that share a page are told apart by their other links, duplicates count once", () => {
  const reader = createEntryReader(defaultOptions, 9, nowMs);
  for (const file of ["1", "2", "2"]) reader.read(entry(["https://s.example/page", `https://s.example/${file}.mp4`]));
  assert.deepEqual(
    reader.entries.map(({ link }) => link),
    ["https://s.example/page", "https://s.example/2.mp4"],
  );
});

test("playlist entries: of any number of lists, a thousand are kept", () => {
  const reader = createEntryReader(defaultOptions, 9, nowMs);
  for (let index = 0; index < 1500; index += 1)
    reader.read(entry([`https://s.example/@${index}`], { reader: "YoutubeTab" }));
  assert.equal(reader.lists.length, 1000);
});
