import assert from "node:assert/strict";
import { test } from "node:test";
import { neededBytes, spaceShortage, wayBackOfTable } from "./table-decisions.ts";

const change = { backup: "/b", migrations: ["0009-later"], mark: "revision 7" };

for (const [told, given, seen, way] of [
  ["a table that no migration changes stays", { migrations: [] }, { isMigrated: false, markNow: undefined }, "stays"],
  ["a table whose migration failed stays", change, { isMigrated: false, markNow: undefined }, "stays"],
  [
    "a migrated table without changes since is restored",
    change,
    { isMigrated: true, markNow: "revision 7" },
    "restore",
  ],
  [
    "a migrated table with a change is not thrown away",
    change,
    { isMigrated: true, markNow: "revision 8" },
    "changed since",
  ],
  [
    "a migrated table without a mark is not thrown away",
    { ...change, mark: undefined },
    { isMigrated: true, markNow: "revision 7" },
    "changed since",
  ],
  ["a table on a server is left to its operator", change, { isMigrated: true, markNow: undefined }, "other server"],
  [
    "without a backup of ours the operator decides",
    { migrations: ["0009-later"] },
    { isMigrated: true, markNow: "revision 7" },
    "other server",
  ],
] as const)
  test(`way back of the table: ${told}`, () => {
    const { mark, ...rest } = { mark: undefined, ...given };
    assert.equal(wayBackOfTable({ ...rest, ...(mark !== undefined && { mark }) }, seen), way);
  });

test("space: a migration takes four times the table, a mere backup once, and a shortage is told in sizes", () => {
  const table = 1024 ** 3;
  assert.ok(neededBytes(table, 0) < 1.1 * table && neededBytes(table, 0) > table);
  assert.ok(neededBytes(table, 2) > 4 * table);
  assert.equal(spaceShortage("/var", { needed: table, free: table }), undefined);
  assert.match(
    spaceShortage("/var", { needed: 2 * table, free: table }) ?? "",
    /^\/var has 1\.07 GB free, and up to 2\.15 GB/,
  );
});
