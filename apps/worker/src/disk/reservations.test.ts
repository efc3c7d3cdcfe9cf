import assert from "node:assert/strict";
import { test } from "node:test";
import { Reservations } from "./reservations.ts";

const unknown = { totalBytes: undefined, doneBytes: 0 };

test("reservations: a download keeps what it will still take, until it ends", () => {
  const reservations = new Reservations();
  reservations.reserve("a", { totalBytes: 100, doneBytes: 0 });
  reservations.reserve("b", { totalBytes: 50, doneBytes: 20 });
  assert.equal(reservations.reservedBytes(), 130);
  assert.equal(reservations.reservedBytes("a"), 30);
  reservations.update("a", { totalBytes: undefined, doneBytes: 60 });
  assert.equal(reservations.remainingBytes("a"), 40, "a known total stays known");
  reservations.release("a");
  assert.equal(reservations.reservedBytes(), 30);
  reservations.update("a", { totalBytes: 100, doneBytes: 0 });
  assert.equal(reservations.reservedBytes(), 30, "an ended download reserves nothing");
});

test("reservations: an unknown size counts as the typical one", () => {
  const reservations = new Reservations();
  reservations.reserve("a", unknown);
  assert.equal(reservations.reservedBytes(), 0);
  for (const bytes of [10, 1_000_000, 12]) reservations.recordUsage(bytes);
  assert.equal(reservations.typicalBytes, 12, "a single large download does not change it");
  assert.equal(reservations.reservedBytes(), 12);
  assert.equal(reservations.remainingBytes("a"), undefined);
  for (let count = 0; count < 9; count += 1) reservations.recordUsage(5000);
  assert.equal(reservations.typicalBytes, 5000, "old downloads are forgotten");
});

test("reservations: a download that took more than its total is of unknown size again", () => {
  const reservations = new Reservations();
  reservations.reserve("a", { totalBytes: 100, doneBytes: 100 });
  assert.equal(reservations.remainingBytes("a"), 0);
  reservations.update("a", { totalBytes: 100, doneBytes: 101 });
  assert.equal(reservations.remainingBytes("a"), undefined);
  assert.equal(reservations.reservedBytes(), 0);
});
