import assert from "node:assert/strict";
import { test } from "node:test";
import { redactSecrets } from "@dwld/daemon";
import { readTable } from "./fixtures/read-table.ts";

const tables = ["ytdlp-errors.tsv", "source-sentences.tsv", "further-failures.tsv", "misleading-failures.tsv"];

for (const table of tables)
  test(`redaction: every failure of ${table} passes unchanged`, () => {
    const said = readTable(table).map(({ stderr, sentence }) => stderr ?? sentence ?? "");
    assert.ok(said.length > 100);
    for (const text of said) assert.equal(redactSecrets(text), text);
  });
