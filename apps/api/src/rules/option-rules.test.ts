import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, type DescEnum, type MessageInitShape } from "@bufbuild/protobuf";
import { defaultOptions, parseOptions, serializeOptions, type OptionTable, optionTable } from "@dwld/options";
import {
  AddTaskRequestSchema,
  AudioFormat,
  LiveMode,
  Placement,
  Recode,
  TaskOptionsSchema,
  type TaskOptions,
} from "@dwld/rpc";
import { InvalidRequestError } from "./errors.ts";
import { optionsMessage } from "../messages/option-message.ts";
import { addTaskRules, checkRequest } from "./request-rules.ts";

type Options = Exclude<MessageInitShape<typeof TaskOptionsSchema>, TaskOptions>;

const rules = addTaskRules(() => 0);

function check(options?: Options) {
  const link = "https://videos.example/1";
  return checkRequest(rules, create(AddTaskRequestSchema, options === undefined ? { link } : { link, options }))
    .options;
}

function violations(options: Options): Record<string, string> {
  try {
    check(options);
  } catch (error) {
    assert.ok(error instanceof InvalidRequestError, String(error));
    return Object.fromEntries(error.violations.map(({ field, description }) => [field, description]));
  }
  return {};
}

const seconds = (whole: number, nanos = 0) => ({ seconds: BigInt(whole), nanos });
const part = { start: seconds(1), end: seconds(2) };
const audioOnly = true;
const subtitleLanguages = ["en"];

describe("what is refused among options", () => {
  const refused: readonly [what: string, options: Options, field: string, words: RegExp][] = [
    ["a language that is none", { subtitleLanguages: ["en", "--exec"] }, "subtitle_languages[1]", /tag/],
    [
      "eleven languages",
      { subtitleLanguages: Array.from({ length: 11 }, (_, i) => `en-${i}`) },
      "subtitle_languages",
      /more than 10/,
    ],
    ["too many entries", { playlistLimit: 1001 }, "playlist_limit", /1000/],
    ["a format of the future", { audioOnly, audioFormat: 99 as AudioFormat }, "audio_format", /none of .*MP3/],
    ["a format for a video", { audioFormat: AudioFormat.MP3 }, "audio_format", /audio_only/],
    ["a picture for the sound alone", { audioOnly, recode: Recode.MP4 }, "recode", /audio_only/],
    [
      "subtitles in a sound",
      { audioOnly, subtitleLanguages, subtitlePlacement: Placement.EMBEDDED },
      "subtitle_placement",
      /FILE/,
    ],
    ["a place for no subtitles", { subtitlePlacement: Placement.FILE }, "subtitle_placement", /subtitle_languages/],
    ["a machine's subtitles in no language", { automaticSubtitles: true }, "automatic_subtitles", /languages/],
    [
      "a category that is none",
      { sponsorblockRemove: ["intro", "ads"] },
      "sponsorblock_remove[1]",
      /none of sponsor, /,
    ],
    ["removing what can only be marked", { sponsorblockRemove: ["chapter"] }, "sponsorblock_remove[0]", /none of/],
    [
      "marking what is removed",
      { sponsorblockRemove: ["intro"], sponsorblockMark: ["outro", "intro"] },
      "sponsorblock_mark",
      /removes/,
    ],
    ["21 sections", { sections: Array.from({ length: 21 }, () => part) }, "sections", /more than 20/],
    [
      "an end before its start",
      { sections: [part, { start: seconds(9), end: seconds(3) }] },
      "sections[1].end",
      /after/,
    ],
    ["a section of nothing", { sections: [{ start: seconds(3), end: seconds(3) }] }, "sections[0].end", /after/],
    ["a section without any time", { sections: [{}] }, "sections[0]", /neither/],
    ["a time before the beginning", { sections: [{ start: seconds(-1) }] }, "sections[0].start", /negative/],
    ["a time after a week", { sections: [{ end: seconds(700_000) }] }, "sections[0].end", /week/],
    ["sections with subtitles", { sections: [part], subtitleLanguages }, "subtitle_languages", /cut/],
    ["sections with chapters", { sections: [part], embedChapters: true }, "embed_chapters", /cut/],
    [
      "sections without sponsors",
      { sections: [part], sponsorblockRemove: ["sponsor"] },
      "sponsorblock_remove",
      /whole/,
    ],
    ["sections with marks", { sections: [part], sponsorblockMark: ["sponsor"] }, "sponsorblock_mark", /whole/],
    ["sections of what is live", { sections: [part], liveMode: LiveMode.RECORD }, "live_mode", /live/],
    ["a date that is none", { uploadedAfter: "yesterday" }, "uploaded_after", /2026-01-31/],
    ["a day that no calendar has", { uploadedBefore: "2026-02-30" }, "uploaded_before", /no day/],
    [
      "dates in the wrong order",
      { uploadedAfter: "2026-02-01", uploadedBefore: "2026-01-31" },
      "uploaded_before",
      /is be/,
    ],
    ["a way to be live of the future", { liveMode: 9 as LiveMode }, "live_mode", /RECORD/],
  ];
  for (const [what, options, field, words] of refused)
    it(what, () => {
      const found = violations(options);
      assert.deepEqual(Object.keys(found), [`options.${field}`]);
      assert.match(found[`options.${field}`] ?? "", words);
    });
});

describe("what is accepted among options", () => {
  it("option rules: an empty message has the defaults", () => {
    assert.deepEqual(check(), defaultOptions);
    assert.deepEqual(check({}), defaultOptions);
    assert.equal(serializeOptions(check({})), "{}");
  });

  it("option rules: everything that was asked for is stored, and told back as it was", () => {
    const wishes: Options[] = [
      {
        audioOnly,
        audioFormat: AudioFormat.MP3,
        subtitleLanguages: ["en", "pt-BR"],
        automaticSubtitles: true,
        subtitlePlacement: Placement.FILE,
        thumbnail: Placement.EMBEDDED,
        embedChapters: true,
        embedMetadata: true,
        sponsorblockRemove: ["sponsor", "music_offtopic"],
        sponsorblockMark: ["chapter"],
        playlist: true,
        playlistLimit: 7,
        uploadedAfter: "2024-02-29",
        uploadedBefore: "2026-01-31",
        liveMode: LiveMode.RECORD_FROM_START,
      },
      { sections: [{ end: seconds(90, 500_000_000) }, { start: seconds(100) }, part], recode: Recode.MP4 },
    ];
    for (const wish of wishes) {
      const stored = parseOptions({ options: serializeOptions(check(wish)) });
      assert.deepEqual(optionsMessage(stored), create(TaskOptionsSchema, wish));
    }
  });

  it("option rules: repeated values count once", () => {
    const { subtitleLanguages: languages, sections } = check({ subtitleLanguages: ["en", "en"] });
    assert.deepEqual([languages, sections], [["en"], []]);
    assert.deepEqual(check({ sections: [part, part] }).sections, [{ startSeconds: 1, endSeconds: 2 }]);
    assert.deepEqual(check({ sponsorblockMark: ["intro", "intro"] }).sponsorblockMark, ["intro"]);
  });
});

/** The names of an enum without its prefix, by number. */
function namesOf({ name, values }: DescEnum): string[] {
  const prefix = `${name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_`;
  return values.map((value) => value.name.replace(prefix, ""));
}

describe("the option table and the contract", () => {
  it("option rules: have the same options, and the same values of each choice", () => {
    const rows: OptionTable = optionTable;
    const fields = TaskOptionsSchema.fields.map(({ localName }) => localName);
    assert.deepEqual(Object.keys(rows).toSorted(), fields.toSorted());
    for (const field of TaskOptionsSchema.fields) {
      if (field.fieldKind !== "enum") continue;
      const names = namesOf(field.enum);
      const wrong = violations({ [field.localName]: 99 })[`options.${field.name}`];
      assert.equal(wrong, `is none of ${names.join(", ")}`);
    }
  });
});
