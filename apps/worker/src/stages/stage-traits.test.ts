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

const cases: readonly [stage: Partial<StageSettings>, traits: Partial<StageTraits>][] = [
  [{}, {}],
  [{ cookies: "/c" }, { cookies: true }],
  [{ proxy: "http://p" }, { proxy: true }],
  [{ proxy: "" }, {}],
  [{ needs: "proxy" }, { proxy: true }],
  [{ format: "b" }, { format: true }],
  [{ sort: "res" }, { format: true }],
  [{ embed: ["metadata"] }, { embedding: true }],
  [{ embed: [] }, {}],
  [{ container: "mp4" }, { embedding: true }],
  [{ ytdlp: "newest" }, { ytdlp: "newest" }],
  [{ client: "tv", extractorArgs: ["youtube:skip=dash"] }, { client: "tv youtube:skip=dash" }],
  [{ userAgent: "x", ipVersion: 6 }, { client: "x IPv6" }],
  [{ impersonate: "chrome" }, { client: "chrome" }],
  [
    { arguments: ["--add-headers", "Accept-Language:de", "--retries", "5", "--xff=DE"] },
    { client: "--add-headers Accept-Language:de --xff=DE" },
  ],
  [{ rateLimitKilobytesPerSecond: 1, sleepRequestsSeconds: 1, concurrentFragments: 2, downloader: "ffmpeg" }, {}],
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
