import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseConfiguration } from "./parse-configuration.ts";
import { allowedOptions } from "./ytdlp-options.ts";

const docs = join(import.meta.dirname, "../../../../docs");
const { sites, defaultSite, stages } = parseConfiguration("", { file: "/etc/dwld/dwld.yaml" });

for (const name of ["guide.md", "guide.ru.md"]) {
  const guide = readFileSync(join(docs, name), "utf8");

  test(`${name} lists the options that a stage may give, and no others`, () => {
    // Lines of nothing but options: a sentence may begin with one, too.
    const lines = guide.split("\n").filter((line) => /^(`--[a-z0-9-]+` ?)+$/.test(line));
    assert.deepEqual(lines.join(" ").match(/--[a-z0-9-]+/g), Object.keys(allowedOptions));
  });

  test(`${name} shows the built-in ladders as they are`, () => {
    for (const [site, { stages: ladder }] of [...Object.entries(sites), ["default", defaultSite] as const]) {
      const row = new RegExp(`^\\| \`${site}\`[^|]*\\| (.*) \\|$`, "m").exec(guide)?.[1];
      assert.equal(row, ladder.map((stage) => `\`${stage}\``).join(", "), site);
    }
    for (const stage of Object.keys(stages).filter((one) => !one.endsWith("-cookies")))
      assert.match(guide, new RegExp(`^\\| \`${stage}\` \\|.*\\|.*\\|$`, "m"));
  });

  test(`${name} shows configurations that can be used`, () => {
    const blocks = [...guide.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = ""]) => yaml);
    assert.ok(blocks.length >= 4);
    for (const yaml of blocks) parseConfiguration(yaml, { file: "/etc/dwld/dwld.yaml" });
  });
}
