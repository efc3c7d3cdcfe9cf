import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { errorCode, errorText, isSystemError } from "./error-code.ts";

test("error code: that of the system, or one of ours", async () => {
  const absent = await readFile("/nowhere/at/all").catch((error: unknown) => error);
  assert.equal(errorCode(absent), "ENOENT");
  assert.ok(isSystemError(absent));
  const ours = Object.assign(new Error("no"), { code: "configuration" });
  assert.equal(errorCode(ours), "configuration");
  assert.ok(!isSystemError(ours));
});

test("error code: empty for an error without one, a numeric one, and what is no error", () => {
  for (const thrown of [new Error("no"), Object.assign(new Error("no"), { code: 530 }), { code: "ENOENT" }, undefined])
    assert.equal(errorCode(thrown), "");
});

test("error text: the message, or what was thrown", () => {
  assert.equal(errorText(new Error("broken")), "broken");
  assert.equal(errorText("broken"), "broken");
});
