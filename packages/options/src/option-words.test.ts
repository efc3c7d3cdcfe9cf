import assert from "node:assert/strict";
import { test } from "node:test";
import type { TaskOptions } from "./option-table.ts";
import { defaultOptions } from "./stored.ts";
import { optionWords } from "./uses.ts";

const cases: [Partial<TaskOptions>, string[]][] = [
  [{}, []],
  [{ audioOnly: true }, ["audio only"]],
  [{ audioOnly: true, audioFormat: "mp3" }, ["audio only as MP3"]],
  [
    {
      sections: [
        { startSeconds: 0, endSeconds: 30 },
        { startSeconds: 90.5, endSeconds: null },
      ],
      recode: "mp4",
    },
    ["from the beginning to 0:30, from 1:30.5 to the end", "encoded as H.264 in MP4"],
  ],
  [
    { subtitleLanguages: ["en", "ru"], automaticSubtitles: true, thumbnail: "embedded" },
    ["subtitles en, ru, a machine's too", "thumbnail embedded"],
  ],
  [{ subtitleLanguages: ["en"], subtitlePlacement: "file" }, ["subtitles en beside it"]],
  [
    { embedChapters: true, embedMetadata: true, sponsorblockRemove: ["intro"], sponsorblockMark: ["chapter"] },
    ["chapters", "metadata", "without intro", "with chapters for chapter"],
  ],
  [
    { playlist: true, playlistLimit: 5, uploadedAfter: "2026-01-01", uploadedBefore: "2026-02-01" },
    ["the whole playlist, at most 5 entries", "uploaded on 2026-01-01 or later", "uploaded on 2026-02-01 or before"],
  ],
  [{ liveMode: "refuse" }, []],
  [{ liveMode: "record_from_start" }, ["recorded from the start where it is live"]],
];
for (const [options, words] of cases)
  test(`option words: ${JSON.stringify(options)} is "${words.join("; ")}"`, () => {
    assert.deepEqual(optionWords({ ...defaultOptions, ...options }), words);
  });
