import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration } from "./parse-configuration.ts";
import { emptyStage, type StageSettings } from "./stage-settings.ts";

const parse = (text: string) => parseConfiguration(text, { file: "/etc/dwld/dwld.yaml" });

test("stages: one with every key is read as written", () => {
  /** They may not stand beside `impersonate` and `ipVersion`. */
  const apart = { userAgent: "Mozilla/5.0 (X11)", proxy: "socks5://127.0.0.1:1080" };
  const { stages } = parse(`
worker: { ytdlp: { commands: { debian: [yt-dlp-debian], newest: [./yt-dlp, -m] } } }
stages:
  full:
    format: bv*+ba
    sort: res,codec
    container: mkv
    cookies: cookies/youtube
    extractorArgs: [youtube:skip=dash;lang=de, "vimeo:client=web"]
    client: default,-ios
    impersonate: chrome-131:windows-10
    ipVersion: 6
    rateLimitKilobytesPerSecond: 2500
    throttledRateKilobytesPerSecond: 100.5
    sleepRequestsSeconds: 0.75
    concurrentFragments: 4
    downloader: native
    embed: [metadata, chapters, thumbnail, subtitles]
    ytdlp: newest
    arguments: [--retries, "5", --retry-sleep=fragment:exp=1:30, --write-description, --sub-langs, "-live_chat,en"]
  apart: { userAgent: Mozilla/5.0 (X11), proxy: "socks5://127.0.0.1:1080" }
`);
  const full: Required<Omit<StageSettings, "needs" | keyof typeof apart>> = {
    format: "bv*+ba",
    sort: "res,codec",
    container: "mkv",
    cookies: "/etc/dwld/cookies/youtube",
    extractorArgs: ["youtube:skip=dash;lang=de", "vimeo:client=web"],
    client: "default,-ios",
    impersonate: "chrome-131:windows-10",
    ipVersion: 6,
    rateLimitKilobytesPerSecond: 2500,
    throttledRateKilobytesPerSecond: 100.5,
    sleepRequestsSeconds: 0.75,
    concurrentFragments: 4,
    downloader: "native",
    embed: ["metadata", "chapters", "thumbnail", "subtitles"],
    ytdlp: "newest",
    arguments: [
      ...["--retries", "5", "--retry-sleep=fragment:exp=1:30"],
      ...["--write-description", "--sub-langs", "-live_chat,en"],
    ],
  };
  assert.deepEqual(stages["full"], full);
  assert.deepEqual(stages["apart"], { ...emptyStage, ...apart });
});

test("stages: commands of yt-dlp keep their order, after `command`, which stands alone if there are none", () => {
  const commands = (text: string) => {
    const { update: _, ...ytdlp } = parse(`worker: { ytdlp: ${text} }`).worker.ytdlp;
    return ytdlp;
  };
  assert.deepEqual(commands("{ commands: { b: [./b, x], a: [a] } }"), {
    command: ["/etc/dwld/b", "x"],
    commands: { b: ["/etc/dwld/b", "x"], a: ["a"] },
    keepLoaded: true,
  });
  const both = commands("{ command: [c], commands: { b: [b] } }");
  assert.deepEqual(Object.entries(both.commands), [
    ["default", ["c"]],
    ["b", ["b"]],
  ]);
  assert.deepEqual(both.command, ["c"]);
  const none = commands("{ commands: {}, keepLoaded: false }");
  assert.deepEqual(none, { command: ["yt-dlp"], commands: { default: ["yt-dlp"] }, keepLoaded: false });
});

test("stages: `default` names the command without a name", () => {
  const text = "worker: { ytdlp: { command: [c], commands: { b: [b] } } }\nstages: { s: { ytdlp: default } }";
  assert.equal(parse(text).stages["s"]?.ytdlp, "default");
  assert.equal(parse("stages: { s: { ytdlp: default } }").stages["s"]?.ytdlp, "default");
});

test("stages: yt-dlp is fetched by dwld unless a program is named, and then on request alone", () => {
  const update = (text: string) => parse(`worker: { ytdlp: ${text} }`).worker.ytdlp.update;
  const of = (text: string) => [update(text).isManaged, update(text).channel];
  assert.deepEqual(of("{}"), [true, "stable"]);
  assert.deepEqual(of("{ update: { channel: off } }"), [true, "off"]);
  assert.deepEqual(of("{ command: [yt-dlp] }"), [false, "off"]);
  assert.deepEqual(of("{ command: [yt-dlp], update: { channel: off } }"), [false, "off"]);
  assert.deepEqual(of("{ commands: { a: [a] } }"), [false, "off"]);
  const beside = parse("worker: { ytdlp: { commands: { a: [a] }, update: { channel: nightly } } }").worker.ytdlp;
  assert.deepEqual([beside.update.isManaged, beside.update.channel], [true, "nightly"]);
  assert.deepEqual(Object.keys(beside.commands), ["default", "a"]);
  assert.throws(
    () => parse("worker: { ytdlp: { command: [a], update: { channel: stable } } }"),
    /worker\.ytdlp\.update\.channel: worker\.ytdlp\.command names a yt-dlp, which dwld does not replace/,
  );
});

test("stages: one may name a version that dwld fetches, and no version of a yt-dlp that is named", () => {
  assert.equal(parse("stages: { s: { ytdlp: '2026.10.26' } }").stages["s"]?.ytdlp, "2026.10.26");
  const text = "worker: { ytdlp: { command: [a] } }\nstages: { s: { ytdlp: '2026.10.26' } }";
  assert.throws(() => parse(text), /there is no yt-dlp "2026\.10\.26"/);
});
