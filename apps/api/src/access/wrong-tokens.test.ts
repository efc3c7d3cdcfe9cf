import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WrongTokens } from "./wrong-tokens.ts";

test("wrong tokens: 60 in a row are answered, then one a second; another address is not affected; the log has one line a minute", () => {
  let nowMs = 0;
  const lines: object[] = [];
  const wrong = new WrongTokens({ warn: (fields: object) => lines.push(fields) }, () => nowMs);
  const answered = (address: string, count: number) =>
    Array.from({ length: count }, () => wrong.count(address)).filter((waitMs) => waitMs === 0).length;
  assert.equal(answered("10.0.0.1", 1000), 60);
  assert.equal(wrong.count("10.0.0.1"), 1000);
  assert.equal(answered("::ffff:10.0.0.1", 1), 0);
  assert.equal(answered("10.0.0.2", 1), 1);
  nowMs = 1000;
  assert.equal(answered("10.0.0.1", 10), 1);
  assert.deepEqual(lines, [{ address: "10.0.0.1", count: 1 }]);
  nowMs = 60_000;
  wrong.count("10.0.0.3");
  assert.deepEqual(lines.slice(1), [{ address: "10.0.0.3", count: 1013 }]);
});

test("wrong tokens: 20,000 addresses do not fill the memory, and the newest are remembered", () => {
  const wrong = new WrongTokens({ warn: () => undefined }, () => 0);
  const before = heapUsed();
  for (let at = 0; at < 20_000; at += 1) wrong.count(`2a00:1:${at.toString(16)}::1`);
  for (let at = 0; at < 60; at += 1) wrong.count("10.0.0.1");
  assert.ok(wrong.count("10.0.0.1") > 0);
  assert.ok(heapUsed() - before < 20e6);
});

/** Without the garbage of other tests of this process. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
