import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyStage, parseConfiguration, type StageSettings } from "@dwld/daemon";
import type { StageTraits } from "./choose-stage.ts";
import { stageTraits } from "./stage-traits.ts";

const usual: StageTraits = {
  cookies: false,
  proxy: false,
  client: undefined,
  format: false,
  embedding: false,
  ytdlp: undefined,
};

/** A value of each key, and what it changes: nothing if it is about pace, or which program downloads. */
const byKey: {
  readonly [Key in keyof StageSettings]-?: readonly [value: StageSettings[Key], traits: Partial<StageTraits>];
} = {
  format: ["b", { format: true }],
  sort: ["res", { format: true }],
  container: ["mp4", { embedding: true }],
  cookies: ["/c", { cookies: true }],
  extractorArgs: [["youtube:skip=dash"], { client: "youtube:skip=dash" }],
  client: ["tv", { client: "tv" }],
  userAgent: ["x", { client: "x" }],
  impersonate: ["chrome", { client: "chrome" }],
  proxy: ["http://p", { proxy: true }],
  ipVersion: [6, { client: "IPv6" }],
  rateLimitKilobytesPerSecond: [1, {}],
  throttledRateKilobytesPerSecond: [1, {}],
  sleepRequestsSeconds: [1, {}],
  concurrentFragments: [2, {}],
  downloader: ["ffmpeg", {}],
  embed: [["metadata"], { embedding: true }],
  ytdlp: ["newest", { ytdlp: "newest" }],
  arguments: [["--xff=DE"], { client: "--xff=DE" }],
  needs: ["proxy", { proxy: true }],
};

const cases: readonly (readonly [stage: Partial<StageSettings>, traits: Partial<StageTraits>])[] = [
  ...Object.entries(byKey).map(([key, [value, traits]]) => [{ [key]: value }, traits] as const),
  [{}, {}],
  [{ proxy: "" }, {}],
  [{ embed: [] }, {}],
  [{ client: "tv", extractorArgs: ["youtube:skip=dash"] }, { client: "tv youtube:skip=dash" }],
  [{ userAgent: "x", ipVersion: 6 }, { client: "x IPv6" }],
  [
    { arguments: ["--add-headers", "Accept-Language:de", "--retries", "5", "--xff=DE"] },
    { client: "--add-headers Accept-Language:de --xff=DE" },
  ],
];

for (const [stage, traits] of cases)
  test(`stage traits: ${JSON.stringify(stage)} changes ${JSON.stringify(traits)}`, () => {
    assert.deepEqual(stageTraits({ ...emptyStage, ...stage }), { ...usual, ...traits });
  });

test("stage traits: each built-in stage differs from the first of its site", () => {
  const { sites, stages, defaultSite } = parseConfiguration("", { file: "/etc/dwld/dwld.yaml" });
  for (const { stages: ladder } of [...Object.values(sites), defaultSite]) {
    const traits = ladder.map((name) => JSON.stringify(stageTraits(stages[name] ?? emptyStage)));
    assert.equal(new Set(traits).size, ladder.length, ladder.join());
  }
});
