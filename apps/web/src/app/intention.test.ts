import assert from "node:assert/strict";
import { test } from "node:test";
import { intentionOf, intentions } from "./intention.ts";

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false };

test("key: each of the table asks for what the table says", () => {
  for (const [key, intention] of Object.entries(intentions))
    assert.equal(intentionOf({ ...plain, key, code: "", shiftKey: key === "?" }), intention);
});

test("key: the place of a key counts in a layout without Latin letters", () => {
  assert.equal(intentionOf({ ...plain, key: "о", code: "KeyJ" }), "next");
  assert.equal(intentionOf({ ...plain, key: ".", code: "Slash" }), "search");
  assert.equal(intentionOf({ ...plain, key: ",", code: "Slash", shiftKey: true }), "help");
});

test("key: the letter counts in a layout of other Latin places", () => {
  assert.equal(intentionOf({ ...plain, key: "j", code: "KeyC" }), "next");
  assert.equal(intentionOf({ ...plain, key: "w", code: "KeyJ" }), undefined);
});

test("key: what belongs to the browser, to a language's input, or to nobody asks for nothing", () => {
  assert.equal(intentionOf({ ...plain, key: "r", code: "KeyR", ctrlKey: true }), undefined);
  assert.equal(intentionOf({ ...plain, key: "d", code: "KeyD", metaKey: true }), undefined);
  assert.equal(intentionOf({ ...plain, key: "n", code: "KeyN", isComposing: true }), undefined);
  assert.equal(intentionOf({ ...plain, key: "D", code: "KeyD", shiftKey: true }), undefined);
  assert.equal(intentionOf({ ...plain, key: "constructor", code: "" }), undefined);
});
