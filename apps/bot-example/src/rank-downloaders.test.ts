import assert from "node:assert/strict";
import { test } from "node:test";
import { type Downloader, rankDownloaders } from "./rank-downloaders.ts";

const tube = { name: "tube", hosts: ["tube.example", "tu.be"] };
const film = { name: "film", hosts: ["film.example"] };

function downloader(name: string, changes: Partial<Downloader> = {}): Downloader {
  return {
    name,
    address: "192.0.2.7:1",
    sites: [tube],
    allSites: false,
    freeBytes: 1e12,
    queueLength: 0,
    pausedSites: [],
    ...changes,
  };
}

const ranked = (link: string, downloaders: Downloader[], given: [string, number][] = []): string[] =>
  rankDownloaders(new URL(link), downloaders, new Map(given)).map(({ name }) => name);

test("only who serves the site of a link is asked", () => {
  const all = [
    downloader("tube"),
    downloader("film", { sites: [film] }),
    downloader("all", { sites: [tube, film], allSites: true }),
  ];
  assert.deepEqual(ranked("https://www.tube.example/1", all), ["tube", "all"]);
  assert.deepEqual(ranked("https://tu.be./1", all), ["tube", "all"]);
  assert.deepEqual(ranked("https://FILM.example/1", all), ["film", "all"]);
  assert.deepEqual(ranked("https://other.example/1", all), ["all"]);
  assert.deepEqual(ranked("https://nottube.example/1", all), ["all"]);
  assert.deepEqual(ranked("https://other.example/1", all.slice(0, 2)), []);
});

test("a paused site, a full disk, a long queue and less space put one behind, in this order", () => {
  const link = "https://tube.example/1";
  const best = downloader("best", { queueLength: 5, freeBytes: 3e9 });
  const worse: [string, Partial<Downloader>][] = [
    ["roomier but busier", { queueLength: 6, freeBytes: 1e12 }],
    ["idle but full", { queueLength: 0, freeBytes: 1e9 }],
    ["idle but paused", { queueLength: 0, freeBytes: 1e12, pausedSites: ["tube"] }],
  ];
  const others = worse.map(([name, changes]) => downloader(name, changes));
  assert.deepEqual(ranked(link, [...others.toReversed(), best]), ["best", ...worse.map(([name]) => name)]);
  assert.deepEqual(ranked(link, [best, downloader("same, more space", { queueLength: 5, freeBytes: 4e9 })]), [
    "same, more space",
    "best",
  ]);
});

test("what was given since the last heartbeat counts, and space that is not known is enough", () => {
  const link = "https://tube.example/1";
  const two = [downloader("a", { freeBytes: undefined }), downloader("b")];
  assert.deepEqual(ranked(link, two), ["a", "b"]);
  assert.deepEqual(ranked(link, two, [["a", 1]]), ["b", "a"]);
});

test("a site without a name is paused under its host", () => {
  const two = [
    downloader("a", { allSites: true, pausedSites: ["other.example"] }),
    downloader("b", { allSites: true }),
  ];
  assert.deepEqual(ranked("https://other.example/1", two), ["b", "a"]);
});
