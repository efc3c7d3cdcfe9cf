import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openLogFiles } from "./log-files.ts";

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dwld-log-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const fail = (error: Error): never => {
  throw error;
};

test("log files: two files take no more than their bound, hold the newest lines whole, and are their owner's alone", (t) => {
  const folder = join(folderFor(t), "log");
  const files = openLogFiles(folder, fail, 100);
  for (let index = 0; index < 50; index += 1) files.write(`line ${index}`);
  // A start goes on in the file that is there.
  openLogFiles(folder, fail, 100).write("line 50");
  assert.deepEqual(readdirSync(folder).toSorted(), ["dwld.log", "dwld.log.1"]);
  const text = ["dwld.log.1", "dwld.log"].map((name) => readFileSync(join(folder, name), "utf8")).join("");
  assert.ok(text.length <= 200);
  const numbers = text
    .trim()
    .split("\n")
    .map((line) => Number(line.replace("line ", "")));
  assert.deepEqual(
    numbers,
    Array.from({ length: numbers.length }, (_, index) => 51 - numbers.length + index),
  );
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, "dwld.log")).mode & 0o777, 0o600);
});

test("log files: where none can be written, it is told once, and lines are written again when that is over", (t) => {
  const folder = join(folderFor(t), "log");
  writeFileSync(folder, "a file in the way");
  const troubles: string[] = [];
  const files = openLogFiles(folder, (error) => troubles.push(error.message));
  files.write("lost");
  files.write("lost too");
  assert.equal(troubles.length, 1);
  rmSync(folder);
  files.write("kept");
  assert.equal(readFileSync(join(folder, "dwld.log"), "utf8"), "kept\n");
});
