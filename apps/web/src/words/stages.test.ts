import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { chooseLanguage } from "./language.ts";
import { stageText } from "./stages.ts";

/** The guide's table has every built-in stage: guide.test.ts of the configuration, which the page does not know, compares them. */
const guide = readFileSync(join(import.meta.dirname, "../../../../docs/guide.md"), "utf8");
const table = guide.slice(guide.indexOf("| stage | what it does")).split("\n\n", 1)[0] ?? "";
const stages = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = ""]) => name);

after(() => chooseLanguage("en"));

test("stages: each built-in one has words in each language, and one of the operator's own keeps its name", () => {
  assert.ok(stages.includes("default") && stages.includes("SITE-cookies"), stages.join());
  for (const [language, letters] of [
    ["en", /^\P{Script=Cyrillic}+$/u],
    ["ru", /\p{Script=Cyrillic}/u],
  ] as const) {
    chooseLanguage(language);
    for (const stage of stages) {
      assert.notEqual(stageText(stage), stage, `${stage} has no words in ${language}`);
      assert.match(stageText(stage), letters);
    }
    assert.equal(stageText("my-own"), "my-own");
  }
});
