import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

const kept = new Map<string, string>();
let isFull = false;
Object.defineProperty(globalThis, "localStorage", {
  value: {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => {
      if (isFull) throw new Error("full");
      kept.set(key, text);
    },
    removeItem: (key: string) => kept.delete(key),
  },
});
const { isDeleted, readDeletions, writeDeletions } = await import("./pending-deletions.ts");

const deletion = { key: "1", ids: ["a", "b"], deletesFiles: false, dueMs: 10 };

afterEach(() => {
  isFull = false;
  writeDeletions([]);
});

test("pending deletions: they are out of sight at once, kept for the next page, and gone with the last one", () => {
  writeDeletions([deletion]);
  assert.deepEqual([isDeleted("a"), isDeleted("c")], [true, false]);
  assert.deepEqual(JSON.parse(kept.get("dwld.deletions") ?? ""), [deletion]);
  writeDeletions([]);
  assert.equal(isDeleted("a"), false);
  assert.equal(kept.size, 0);
});

test("pending deletions: a browser that keeps nothing forgets none while its tab is open", () => {
  isFull = true;
  writeDeletions([deletion]);
  assert.deepEqual(readDeletions(), [deletion]);
});

test("pending deletions: what another tab took back is taken back here", () => {
  writeDeletions([deletion]);
  kept.delete("dwld.deletions");
  assert.deepEqual(readDeletions(), []);
});

test("pending deletions: what is kept there by somebody else is none", () => {
  for (const text of ["{", "null", "7", '[null,{"key":1},{"key":"1","dueMs":1}]']) {
    kept.set("dwld.deletions", text);
    assert.deepEqual(readDeletions(), []);
  }
});
