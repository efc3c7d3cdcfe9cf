import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyStage, type StageSettings } from "@dwld/daemon";
import { defaultOptions, type TaskOptions } from "@dwld/options";
import { lastArguments, optionArguments, outputTemplate } from "./option-arguments.ts";

const link = "https://videos.example/1";

function argumentsFor(options: Partial<TaskOptions>, stage: Partial<StageSettings> = {}, targetQuality = 0): string[] {
  const request = { link, targetQuality, options: { ...defaultOptions, ...options } };
  return optionArguments(request, { ...emptyStage, ...stage });
}

const mp4 = "--merge-output-format=mp4/mkv";
const notLive = "--match-filters=!is_live";
const best = "--format-sort=res,vcodec:h264,acodec:aac";

const cases: [what: string, options: Partial<TaskOptions>, stage: Partial<StageSettings>, expected: string[]][] = [
  ["nothing asked for: what telephones play, and nothing live", {}, {}, [best, mp4, notLive]],
  ["a stage's order comes behind the quality", {}, { sort: "fps" }, ["--format-sort=res,fps", mp4, notLive]],
  [
    "a stage's container is the only one",
    { thumbnail: "embedded" },
    { container: "mkv" },
    [best, "--merge-output-format=mkv", "--remux-video=mkv", "--embed-thumbnail", notLive],
  ],
  ["a stage's format", { audioOnly: true }, { format: "x" }, ["--format=x", "--extract-audio", notLive]],
  [
    "sound is encoded as MP3 on request",
    { audioOnly: true, audioFormat: "mp3" },
    {},
    ["--format=ba/b", "--extract-audio", "--audio-format=mp3", "--audio-quality=2", notLive],
  ],
  [
    "a thumbnail beside the video is a JPEG, whatever the site has",
    { thumbnail: "file" },
    {},
    [best, mp4, "--write-thumbnail", "--convert-thumbnails=jpg", notLive],
  ],
  [
    "days are written as yt-dlp reads them, and a recording refuses nothing live",
    { uploadedAfter: "2024-01-31", uploadedBefore: "2024-12-31", liveMode: "record_from_start" },
    {},
    [best, mp4, "--dateafter=20240131", "--datebefore=20241231", "--live-from-start"],
  ],
  [
    "parts are cut at key frames",
    {
      sections: [
        { startSeconds: 0, endSeconds: 1.5 },
        { startSeconds: 90, endSeconds: null },
      ],
    },
    {},
    [best, mp4, "--download-sections=*0-1.5", "--download-sections=*90-inf", notLive],
  ],
  [
    "with encoding, what SponsorBlock's users marked is cut exactly",
    { sponsorblockRemove: ["intro", "outro"], sponsorblockMark: ["chapter"], recode: "mp4" },
    {},
    [
      best,
      mp4,
      "--sponsorblock-remove=intro,outro",
      "--force-keyframes-at-cuts",
      "--sponsorblock-mark=chapter",
      notLive,
    ],
  ],
];
for (const [what, options, stage, expected] of cases)
  test(`option arguments: ${what}`, () => {
    assert.deepEqual(argumentsFor(options, stage), expected);
  });

test("option arguments: the quality is a cap on the shorter side", () => {
  assert.ok(argumentsFor({}, {}, 720).includes("--format-sort=res:720,vcodec:h264,acodec:aac"));
});

test("option arguments: a language includes its countries and scripts, and no machine translations", () => {
  const [argument = ""] = argumentsFor({ subtitleLanguages: ["en", "pt-BR"] }).filter((text) =>
    text.startsWith("--sub-l"),
  );
  const [english, portuguese] = argument.replace("--sub-langs=", "").split(",");
  // Python's (?-i:…): the case counts here, and not in the rest.
  const pattern = new RegExp(`^(?:${(english ?? "").replace("(?-i:", "(?:")})$`);
  for (const tag of ["en", "en-US", "en-Latn"]) assert.match(tag, pattern);
  for (const tag of ["en-de", "en-orig", "eng", "de-en"]) assert.doesNotMatch(tag, pattern);
  assert.equal(portuguese, "pt-BR");
});

test("option arguments: chapters come with metadata only if the task or its stage wants them", () => {
  const last = (options: Partial<TaskOptions>, stage: Partial<StageSettings> = {}) =>
    lastArguments({ ...defaultOptions, ...options }, { ...emptyStage, ...stage });
  assert.deepEqual(last({ embedMetadata: true }), ["--no-embed-chapters"]);
  assert.deepEqual(last({ embedMetadata: true }, { embed: ["chapters"] }), []);
  assert.deepEqual(last({ embedChapters: true }, { embed: ["metadata"] }), ["--embed-chapters"]);
  assert.deepEqual(last({ sponsorblockMark: ["intro"] }), ["--embed-chapters"]);
  assert.deepEqual(last({}), []);
});

test("option arguments: sections have names of their own, and the longest name leaves room for yt-dlp's endings", () => {
  assert.match(outputTemplate({ sections: [{ startSeconds: 1, endSeconds: 2 }] }), /section_start.*section_end/);
  assert.doesNotMatch(outputTemplate(defaultOptions), /section/);
});
