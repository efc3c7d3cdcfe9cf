import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyStage, type StageSettings } from "@dwld/daemon";
import { optionNames, stageArguments } from "./stage-arguments.ts";

const link = "https://www.youtube.com/watch?v=1";
const said = (stage: Partial<StageSettings>, run: { link?: string; cookies?: string } = {}) =>
  stageArguments({ ...emptyStage, ...stage }, { link, ...run });

const cases: readonly [stage: Partial<StageSettings>, args: string[]][] = [
  [{}, []],
  [{ format: "b", sort: "res", container: "mp4", proxy: "http://u:geheim@p" }, []],
  [{ extractorArgs: ["youtube:skip=dash"] }, ["--extractor-args=youtube:skip=dash"]],
  [{ client: "tv,web" }, ["--extractor-args=youtube:player_client=tv,web"]],
  [{ userAgent: "Mozilla/5.0 (X11)" }, ["--add-headers=User-Agent:Mozilla/5.0 (X11)"]],
  [{ impersonate: "chrome-131" }, ["--impersonate=chrome-131"]],
  [{ impersonate: "any" }, ["--impersonate="]],
  [{ ipVersion: 4 }, ["--force-ipv4"]],
  [{ ipVersion: 6 }, ["--force-ipv6"]],
  [
    { rateLimitKilobytesPerSecond: 2500, throttledRateKilobytesPerSecond: 99.5, sleepRequestsSeconds: 0.75 },
    ["--limit-rate=2500000", "--throttled-rate=99500", "--sleep-requests=0.75"],
  ],
  [{ concurrentFragments: 4, downloader: "native" }, ["--concurrent-fragments=4", "--downloader=native"]],
  [{ embed: [] }, []],
  [{ embed: ["metadata"] }, ["--embed-metadata", "--no-embed-info-json", "--no-embed-chapters"]],
  [
    { embed: ["subtitles", "thumbnail", "chapters", "metadata"] },
    ["--embed-metadata", "--no-embed-info-json", "--embed-chapters", "--embed-thumbnail", "--embed-subs"],
  ],
  [{ arguments: ["--retries", "5"] }, ["--retries", "5"]],
];

for (const [stage, args] of cases)
  test(`stage arguments: ${JSON.stringify(stage)} become ${JSON.stringify(args)}`, () => {
    assert.deepEqual(said(stage), args);
  });

test("stage arguments: a run gets its copy of the cookies, never the operator's file", () => {
  assert.deepEqual(said({ cookies: "/etc/c" }), []);
  assert.deepEqual(said({ cookies: "/etc/c" }, { cookies: "/task/cookies.txt" }), ["--cookies=/task/cookies.txt"]);
});

test("stage arguments: each extractor gets one option, since yt-dlp heeds only the last", () => {
  const extractorArgs = ["youtube:skip=dash", "vimeo:client=web", "YouTube:lang=de;player_skip=js"];
  assert.deepEqual(said({ client: "tv", extractorArgs }), [
    "--extractor-args=youtube:player_client=tv;skip=dash;lang=de;player_skip=js",
    "--extractor-args=vimeo:client=web",
  ]);
});

test("stage arguments: the client goes to the extractor of the link's site, and to no other", () => {
  const of = (host: string) => said({ client: "one" }, { link: `https://${host}/1` });
  assert.deepEqual(of("youtu.be"), ["--extractor-args=youtube:player_client=one"]);
  assert.deepEqual(of("player.vimeo.com"), ["--extractor-args=vimeo:client=one"]);
  assert.deepEqual(of("x.com"), ["--extractor-args=twitter:api=one"]);
  assert.deepEqual(of("notx.com"), []);
});

test("stage arguments: option names are found without their values", () => {
  assert.deepEqual(optionNames(["--retries", "5", "--limit-rate=5", "--write-subs"]), [
    ...["--retries", "--limit-rate", "--write-subs"],
  ]);
});
