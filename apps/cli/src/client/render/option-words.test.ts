import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AudioFormat, LiveMode, Placement, Recode, type TaskOptions, TaskOptionsSchema } from "@dwld/rpc";
import { optionWords } from "./option-words.ts";

const seconds = (whole: number, nanos = 0) => ({ seconds: BigInt(whole), nanos });

const cases: [Exclude<MessageInitShape<typeof TaskOptionsSchema>, TaskOptions>, string[]][] = [
  [{}, []],
  [{ audioOnly: true }, ["audio only"]],
  [{ audioOnly: true, audioFormat: AudioFormat.MP3 }, ["audio only as MP3"]],
  [
    { sections: [{ end: seconds(30) }, { start: seconds(90, 500_000_000) }], recode: Recode.MP4 },
    ["from the beginning to 0:30, from 1:30.5 to the end", "encoded as H.264 in MP4"],
  ],
  [
    { subtitleLanguages: ["en", "ru"], automaticSubtitles: true, thumbnail: Placement.EMBEDDED },
    ["subtitles en, ru, a machine's too", "thumbnail embedded"],
  ],
  [{ subtitleLanguages: ["en"], subtitlePlacement: Placement.FILE }, ["subtitles en beside it"]],
  [
    { embedChapters: true, embedMetadata: true, sponsorblockRemove: ["intro"], sponsorblockMark: ["chapter"] },
    ["chapters", "metadata", "without intro", "with chapters for chapter"],
  ],
  [
    { playlist: true, playlistLimit: 5, uploadedAfter: "2026-01-01", uploadedBefore: "2026-02-01" },
    ["the whole playlist, at most 5 entries", "uploaded on 2026-01-01 or later", "uploaded on 2026-02-01 or before"],
  ],
  [{ liveMode: LiveMode.REFUSE }, []],
  [{ liveMode: LiveMode.RECORD_FROM_START }, ["recorded from the start where it is live"]],
];
for (const [options, words] of cases)
  test(`what was wanted is "${words.join("; ")}"`, () => {
    assert.deepEqual(optionWords(create(TaskOptionsSchema, options)), words);
  });
