import assert from "node:assert/strict";
import { test } from "node:test";
import { choice } from "./kinds.ts";
import { contradictions, type MessageFields, readOptions, writeOptions } from "./message.ts";
import { type OptionTable, optionTable, type TaskOptions } from "./option-table.ts";
import { defaultOptions, serializeOptions } from "./stored.ts";
import { isRewritten, optionWords, withoutExtras, ytdlpArguments } from "./uses.ts";

/** A made-up option: the row that adds one. */
const table: OptionTable = {
  ...optionTable,
  loudness: {
    ...choice("as_is", "even"),
    cli: { flags: "--loudness <how>", help: "make all videos as loud", values: { even: "even" } },
    conflicts: [
      [
        (options: TaskOptions) => options.sections.length > 0,
        { en: "is about the whole video: not with {sections}", ru: "касается всего видео, не только {sections}" },
      ],
    ],
    words: () => "as loud as the others",
    ytdlp: () => ["--postprocessor-args=ExtractAudio:-af loudnorm"],
    rewrites: true,
    extra: { en: "loudness", ru: "громкость", instead: { loudness: "as_is" } as Partial<TaskOptions> },
  },
};

test("option table: a row is all that an option takes, from the message to yt-dlp and back", () => {
  const message = { ...writeOptions(defaultOptions), loudness: 1 } as MessageFields;
  const { options, broken } = readOptions(message, table);
  assert.deepEqual([broken, options], [[], { ...defaultOptions, loudness: "even" }]);
  assert.deepEqual(writeOptions(options, table), message);
  assert.equal(serializeOptions(options, table), '{"loudness":"even"}');
  assert.deepEqual(optionWords(options, table), ["as loud as the others"]);
  assert.ok(ytdlpArguments(options, table).includes("--postprocessor-args=ExtractAudio:-af loudnorm"));
  assert.equal(isRewritten(options, table), true);
  assert.deepEqual(withoutExtras(options, table).options, { ...defaultOptions, loudness: "as_is" });
});

test("option table: a row says what its option refuses", () => {
  const { broken } = readOptions({ ...writeOptions(defaultOptions), loudness: 7 } as MessageFields, table);
  assert.deepEqual(broken, [{ path: ["loudness"], words: "is none of UNSPECIFIED, EVEN" }]);
  const spelling = { name: (option: string) => `<${option}>`, value: (_: string, value: string) => value };
  const options = { ...defaultOptions, loudness: "even", sections: [{ startSeconds: 1, endSeconds: 2 }] };
  assert.deepEqual(contradictions(options, spelling, table), [
    { path: ["loudness"], words: "is about the whole video: not with <sections>" },
  ]);
  const [told] = contradictions(options, { ...spelling, language: "ru" }, table);
  assert.equal(told?.words, "касается всего видео, не только <sections>");
});
