import assert from "node:assert/strict";
import { test } from "node:test";
import { SpaceLedger } from "./reservations.ts";

const unknown = { totalBytes: undefined, doneBytes: 0 };

test("a download is promised what it will still take, until it ends", () => {
  const ledger = new SpaceLedger();
  ledger.begin("a", { totalBytes: 100, doneBytes: 0 });
  ledger.begin("b", { totalBytes: 50, doneBytes: 20 });
  assert.equal(ledger.promisedBytes(), 130);
  assert.equal(ledger.promisedBytes("a"), 30);
  ledger.expect("a", { totalBytes: undefined, doneBytes: 60 });
  assert.equal(ledger.remainingBytes("a"), 40, "what was known stays known");
  ledger.end("a");
  assert.equal(ledger.promisedBytes(), 30);
  ledger.expect("a", { totalBytes: 100, doneBytes: 0 });
  assert.equal(ledger.promisedBytes(), 30, "what has ended is promised nothing");
});

test("one of unknown size is promised what the latest usually took", () => {
  const ledger = new SpaceLedger();
  ledger.begin("a", unknown);
  assert.equal(ledger.promisedBytes(), 0);
  for (const bytes of [10, 1_000_000, 12]) ledger.took(bytes);
  assert.equal(ledger.usualBytes, 12, "a single large one says nothing of the others");
  assert.equal(ledger.promisedBytes(), 12);
  assert.equal(ledger.remainingBytes("a"), undefined);
  for (let count = 0; count < 9; count += 1) ledger.took(5000);
  assert.equal(ledger.usualBytes, 5000, "what was long ago is forgotten");
});

test("one that has taken more than was said is of unknown size again, and one that is complete takes nothing more", () => {
  const ledger = new SpaceLedger();
  ledger.begin("a", { totalBytes: 100, doneBytes: 100 });
  assert.equal(ledger.remainingBytes("a"), 0);
  ledger.expect("a", { totalBytes: 100, doneBytes: 101 });
  assert.equal(ledger.remainingBytes("a"), undefined);
  assert.equal(ledger.promisedBytes(), 0);
});
