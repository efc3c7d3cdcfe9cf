import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { optionTable } from "./option-table.ts";

for (const name of ["guide.md", "guide.ru.md"])
  test(`options: ${name} tells of each`, () => {
    const guide = readFileSync(join(import.meta.dirname, "../../../docs", name), "utf8");
    const flags = Object.values(optionTable).map(({ cli }) => cli.flags.split(" ")[0] ?? "");
    assert.deepEqual(
      flags.filter((flag) => !new RegExp(`\`${flag}[ \`]`).test(guide)),
      [],
    );
  });
