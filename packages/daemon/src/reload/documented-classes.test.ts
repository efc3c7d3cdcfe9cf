import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rowOf } from "./key-table.ts";

const docs = join(import.meta.dirname, "../../../../docs");

for (const name of ["guide.md", "guide.ru.md"])
  test(`${name} marks the keys that need a restart, and no others`, () => {
    const guide = readFileSync(join(docs, name), "utf8");
    const table = guide.slice(guide.search(/^\| `data` \|/m)).split("\n\n")[0] ?? "";
    const rows = table.split("\n").map((row) => {
      const key = /^\| `([^`]+)`/.exec(row)?.[1] ?? "";
      return {
        key,
        path: key
          .replace("ИМЯ", "NAME")
          .replace(/\[\].*/, "")
          .split("."),
        isMarked: row.endsWith(" ↻ |"),
      };
    });
    assert.ok(rows.length > 60);
    for (const { key, path, isMarked } of rows) assert.equal(isMarked, "restart" in (rowOf(path) ?? {}), key);
  });
