import assert from "node:assert/strict";
import { test } from "node:test";
import { textWidth } from "./fit-text.ts";
import { layOutTable } from "./table.ts";

type Row = { id: string; size: string; title: string };

function lay(columns: number | undefined): ReturnType<typeof layOutTable<Row>> {
  return layOutTable<Row>(
    [
      { header: "ID", text: (row) => row.id, width: 8 },
      { header: "SIZE", text: (row) => row.size, width: 8, align: "right", dropOrder: 1 },
    ],
    { header: "TITLE", text: (row) => row.title },
    columns,
  );
}
const row: Row = { id: "12345678", size: "1.23 MB", title: "日本語の題とその続きのとても長い名前" };

test("table: a wide terminal shows every column, cut at its edge", () => {
  const table = lay(44);
  assert.equal(table.header, "ID            SIZE  TITLE");
  assert.equal(table.line(row), "12345678   1.23 MB  日本語の題とその続きの…");
  assert.ok(textWidth(table.line(row)) <= 44);
});

test("table: a narrow terminal drops the least important columns, never the id", () => {
  const table = lay(30);
  assert.equal(table.header, "ID        TITLE");
  assert.equal(table.line(row), "12345678  日本語の題とその続…");
  assert.equal(lay(5).line(row), "12345678");
});

test("table: a pipe gets everything in full", () => {
  assert.equal(lay(undefined).line(row), `12345678   1.23 MB  ${row.title}`);
});
