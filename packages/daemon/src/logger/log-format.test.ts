import assert from "node:assert/strict";
import { test } from "node:test";
import { type LogFormat, resolveFormat } from "./log-format.ts";

const cases: [LogFormat, isTerminal: boolean, "json" | "text"][] = [
  ["auto", true, "text"],
  ["auto", false, "json"],
  ["json", true, "json"],
  ["json", false, "json"],
  ["text", true, "text"],
  ["text", false, "text"],
];

for (const [format, isTerminal, expected] of cases)
  test(`log.format ${format}: lines are ${expected} ${isTerminal ? "on a terminal" : "where no person reads"}`, () => {
    assert.equal(resolveFormat(format, isTerminal), expected);
  });
