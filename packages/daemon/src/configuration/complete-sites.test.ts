import assert from "node:assert/strict";
import { test } from "node:test";
import type { Configuration } from "./complete-configuration.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const parse = (text: string): Configuration => parseConfiguration(text, { file: "/etc/dwld/dwld.yaml" });

test("sites: without configuration, each big site has a ladder of existing stages, at most four", () => {
  const { sites, stages, defaultSite } = parse("");
  for (const name of ["youtube", "instagram", "tiktok", "x", "vk", "rutube", "twitch", "vimeo"]) {
    assert.ok((sites[name]?.hosts.length ?? 0) > 0, name);
    assert.equal(sites[name]?.stages[0], "default", "what costs nothing comes first");
  }
  for (const { stages: ladder } of [...Object.values(sites), defaultSite]) {
    assert.ok(ladder.length <= 4, `more than four stages: ${ladder.join(", ")}`);
    assert.equal(new Set(ladder).size, ladder.length);
    for (const stage of ladder) assert.ok(stages[stage], stage);
  }
});

test("sites: each built-in stage is on some ladder", () => {
  const { sites, stages, defaultSite } = parse("");
  const used = new Set([...Object.values(sites), defaultSite].flatMap(({ stages: ladder }) => ladder));
  assert.deepEqual(
    Object.keys(stages).filter((stage) => !used.has(stage)),
    [],
  );
});

test("sites: a written key replaces that of the built-in site, and the others stay", () => {
  const before = parse("").sites["instagram"];
  const after = parse("sites: { instagram: { parallel: 3 } }").sites["instagram"];
  assert.deepEqual(after, { ...before, parallel: 3 });
});

test("sites: a stage of a built-in name is replaced as a whole, and the ladders use it", () => {
  const { stages } = parse('stages: { proxy: { proxy: "http://p.example:3128" }, youtube-clients: { client: ios } }');
  assert.deepEqual(stages["proxy"], { proxy: "http://p.example:3128", extractorArgs: [], arguments: [] });
  assert.deepEqual(stages["youtube-clients"], { client: "ios", extractorArgs: [], arguments: [] });
});

test("sites: a host that a written site claims leaves the built-in site, which goes with its last host", () => {
  const { sites } = parse("sites: { tube: { hosts: [youtu.be, YouTube.com] }, rt: { hosts: [rutube.ru] } }");
  assert.deepEqual(sites["youtube"]?.hosts, ["youtube-nocookie.com", "youtubekids.com"]);
  assert.equal(sites["rutube"], undefined);
  assert.deepEqual(sites["rt"]?.hosts, ["rutube.ru"]);
});

test("sites: default is for all without a name, and gives its stages to those that name none", () => {
  const { sites, defaultSite } = parse(
    "stages: { mine: {} }\nsites: { default: { stages: [mine], maxAttempts: 3, parallel: 4 }, a: { hosts: [a.example] } }",
  );
  assert.deepEqual(defaultSite, {
    hosts: [],
    stages: ["mine"],
    parallel: 4,
    startIntervalSeconds: 0,
    maxAttempts: 3,
    maxTotalHours: 72,
  });
  assert.equal(sites["default"], undefined);
  assert.deepEqual(sites["a"]?.stages, ["mine"]);
  assert.equal(sites["a"].maxAttempts, 10, "bounds are the worker's");
});

test("sites: bounds of attempts are the worker's unless the site has its own", () => {
  const { sites, defaultSite } = parse(
    "worker: { maxAttempts: 5, maxTotalHours: 2 }\nsites: { vk: { maxTotalHours: 1, maxAttempts: 2 } }",
  );
  assert.deepEqual([defaultSite.maxAttempts, defaultSite.maxTotalHours], [5, 2]);
  assert.deepEqual([sites["youtube"]?.maxAttempts, sites["youtube"]?.maxTotalHours], [5, 2]);
  assert.deepEqual([sites["vk"]?.maxAttempts, sites["vk"]?.maxTotalHours], [2, 1]);
});
