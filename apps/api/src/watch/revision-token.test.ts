import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { readRevisionToken, writeRevisionToken } from "./revision-token.ts";
import { Seal } from "../rules/seal.ts";

const seal = new Seal(randomBytes(32));

describe("a revision outside", () => {
  it("revision token: comes back as it went", () => {
    assert.equal(readRevisionToken(seal, writeRevisionToken(seal, 42, "k3"), "k3"), 42);
  });

  it("revision token: means nothing to another database, nor when it is damaged", () => {
    assert.equal(readRevisionToken(seal, writeRevisionToken(seal, 42, "k3"), "k4"), undefined);
    for (const token of ["", "x", "🎬", Buffer.from("r-1.k3").toString("base64url"), "a".repeat(10_000)])
      assert.equal(readRevisionToken(seal, token, "k3"), undefined);
  });
});
