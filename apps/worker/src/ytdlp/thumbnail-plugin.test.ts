import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { layout } from "@dwld/layout";
import { execa } from "execa";
import { readCapabilities } from "./capabilities.ts";

const environment = { PATH: process.env["PATH"] ?? "" };
const folder = join(layout.ytdlpPlugins, "dwld/yt_dlp_plugins/postprocessor");
const chooseEach = `import json, sys, thumbnail
print(json.dumps([[one["url"][-1] for one in thumbnail._choose(given)] for given in json.load(sys.stdin)]))`;

const address = "https://site.example/";
const named = (name: string, facts: object = {}) => ({ url: address + name, ...facts });
const known = [named("a", { width: 120 }), named("b", { width: 1280 }), named("c", { width: 320 })];

const cases: [what: string, thumbnails: unknown, chosen: string][] = [
  ["the narrowest that is wide enough, and the next", known, "cb"],
  ["those that yt-dlp prefers, if none tells its width", ["a", "b", "c"].map((name) => named(name)), "cb"],
  ["one of unknown width before one that is too narrow", [named("a"), named("b", { width: 100 })], "ab"],
  ["the widest of those that are too narrow", [named("a", { width: 100 }), named("b", { width: 50 })], "ab"],
  [
    "of two that are as wide the one that yt-dlp prefers",
    [named("a", { width: 400 }), named("b", { width: 400 })],
    "ba",
  ],
  ["a width that is no number as an unknown one", [named("a", { width: "640" }), named("b", { width: 640 })], "ba"],
  [
    "none that is no picture of the web",
    [{ url: "file:///a" }, { url: "data:a" }, { url: null }, {}, named("a", { ext: "svg" })],
    "",
  ],
  ["none of nothing", null, ""],
];

test("thumbnail plugin: it chooses at most two, the best first", async () => {
  const { capabilities } = await readCapabilities({ name: "default", command: ["yt-dlp"] }, environment);
  const [python = "", ...modules] = capabilities.files ?? [];
  const { stdout } = await execa(python, ["-c", chooseEach], {
    env: { PYTHONPATH: [folder, ...modules].join(":"), PYTHONDONTWRITEBYTECODE: "1" },
    input: JSON.stringify(cases.map(([, thumbnails]) => thumbnails)),
  });
  const chosen = (JSON.parse(stdout) as string[][]).map((names) => names.join(""));
  for (const [index, [what, , expected]] of cases.entries()) assert.equal(chosen[index], expected, what);
});
