import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readRevisionToken, writeRevisionToken } from "./revision-token.ts";

describe("a revision outside", () => {
  it("revision token: comes back as it went", () => {
    assert.equal(readRevisionToken(writeRevisionToken(42, "k3"), "k3"), 42);
  });

  it("revision token: means nothing to another database, nor when it is damaged", () => {
    assert.equal(readRevisionToken(writeRevisionToken(42, "k3"), "k4"), undefined);
    for (const token of ["", "x", "🎬", Buffer.from("r-1.k3").toString("base64url"), "a".repeat(10_000)])
      assert.equal(readRevisionToken(token, "k3"), undefined);
  });
});
