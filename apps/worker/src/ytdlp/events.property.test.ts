import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { fc, hostileText, jsonText, property, splitAnywhere } from "@dwld/fuzz";
import { parseProgress } from "@dwld/progress";
import { hasHidden } from "@dwld/text";
import { readLines } from "../process/read-lines.ts";
import { parseEvent } from "./events.ts";
import { applyEvent, downloadedBytes, initialRunState, isMeasured, phaseOf, titleOf } from "./run-state.ts";

const marker = "dwld-1f";

const anything = fc.oneof(
  hostileText,
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, true, {}, [], 1e300, -1, 2 ** 63),
  fc.array(fc.oneof(fc.integer(), fc.constantFrom(null, "none", 1e300, {})), { maxLength: 4 }),
);

/** All fields that an event may have, with values of any type. */
const fields = (names: readonly string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, anything])), { requiredKeys: [] });

const video = fields([
  "id",
  "title",
  "format_id",
  "duration",
  "width",
  "height",
  "filesize",
  "filesize_approx",
  "is_live",
]);
const entry = fields(["webpage_url", "url", "original_url", "title", "playlist_title", "ie_key", "upload_date"]);
const value = fc.oneof(
  fc
    .tuple(video, fields(["widths", "heights", "codecs", "subtitles"]))
    .map(([told, rest]) => ({ video: told, ...rest })),
  fields(["upload_date", "live_status"]).map((found) => ({ found })),
  entry.map((told) => ({ entry: { webpage_url: "https://videos.example/1", ...told } })),
  fields(["path", "duration", "start", "end"]),
  fields(["processor", "status"]),
  fields(["format", "status", "bytes", "total", "estimate", "speed", "eta", "fragment", "fragments"]).map((told) => ({
    bytes: 0,
    ...told,
  })),
);
const line = fc.oneof(
  value.map((told) => `${marker} ${JSON.stringify(told)}`),
  jsonText.map((json) => `${marker} {${json}`),
  jsonText.map((json) => `${marker} ${json}`),
  hostileText,
);

property(
  "events: whatever yt-dlp prints, a line is an event with figures and texts in their bounds, or none",
  [line],
  (text) => {
    const event = parseEvent(text, marker);
    for (const told of Object.values(event ?? {}).flat())
      if (typeof told === "number") assert.ok(told >= 0 && told <= 2 ** 50, text);
    if (event === undefined || !("title" in event)) return;
    assert.ok(!hasHidden(event.title) && [...event.title].length <= 500);
    if (event.kind === "entry") for (const link of event.links) assert.match(link, /^https?:\/\//);
  },
);

property(
  "run state: whatever a run tells in whatever order, its progress is one that memcached and the table keep",
  [fc.array(line, { maxLength: 8 })],
  (lines) => {
    let state = initialRunState;
    for (const text of lines) {
      const event = parseEvent(text, marker);
      if (event !== undefined) state = applyEvent(state, event, 1_800_000_000_000);
      assert.ok(["reading", "downloading", "recording", "working"].includes(phaseOf(state)));
      assert.equal(typeof isMeasured(state), "boolean");
      assert.ok(downloadedBytes(state) >= 0);
      assert.notEqual(titleOf(state).title, "");
      if (state.progress !== undefined) assert.deepEqual(parseProgress(JSON.stringify(state.progress)), state.progress);
    }
  },
);

const lineEnds = fc.array(fc.constantFrom("\r\n", "\r", "\n", "é"), { maxLength: 8 }).map((ends) => ends.join(""));

property(
  "lines of a program: however they come in pieces, they are the same, and none is longer than its bound",
  [fc.oneof(hostileText, lineEnds), fc.array(fc.nat(), { maxLength: 5 })],
  async (text, places) => {
    const read = (pieces: Buffer[]) => Array.fromAsync(readLines(Readable.from(pieces, { objectMode: false }), 40));
    const bytes = Buffer.from(text);
    const whole = await read([bytes]);
    assert.deepEqual(await read(splitAnywhere(bytes, places)), whole);
    for (const each of whole) assert.ok(each.length <= 40 && !/[\r\n]/.test(each));
  },
);
