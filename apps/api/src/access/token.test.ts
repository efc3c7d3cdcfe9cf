import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import { fc, property } from "@dwld/fuzz";
import { isOfServer, isToken, makeToken, readTokenId } from "./token.ts";

test("token: what is made is read back, is of its server alone, and no two are alike", () => {
  const tokens = Array.from({ length: 100 }, () => makeToken("a1b2"));
  for (const { id, text, hash: stored } of tokens) {
    assert.match(text, /^dwld_[\dA-Za-z]{12}_[\dA-Za-z]{49}$/);
    assert.equal(readTokenId(text), id);
    assert.ok(isToken(text, Buffer.from(stored, "base64url")));
    assert.ok(isOfServer(id, "a1b2"));
    assert.ok(!isOfServer(id, "a1b3"));
  }
  assert.equal(new Set(tokens.map(({ id }) => id)).size, 100);
  assert.equal(new Set(tokens.map(({ text }) => text.slice(18))).size, 100);
});

const { text } = makeToken("a");

property(
  "token: one changed, missing or added character makes it no token",
  [fc.nat(text.length - 1), fc.string({ maxLength: 2 })],
  (at, other) => {
    const changed = text.slice(0, at) + other + text.slice(at + 1);
    assert.equal(readTokenId(changed) === undefined, changed !== text);
  },
);

test("token: the right text alone fits a hash, and nothing fits none", () => {
  const [one, other] = [makeToken("a"), makeToken("a")];
  assert.ok(!isToken(one.text, hash("sha256", other.text, "buffer")));
  assert.ok(!isToken(one.text, undefined));
});
