import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { InvalidRequestError } from "./errors.ts";
import { readPageToken, writePageToken } from "./page-token.ts";
import { Seal } from "./seal.ts";

const seal = new Seal(randomBytes(32));

const filter = { states: ["DONE" as const], chatId: "a" };

describe("a page token", () => {
  it("page token: leads back to where its page ended", () => {
    assert.equal(readPageToken(seal, writePageToken(seal, 4711, filter), filter), 4711);
    assert.equal(readPageToken(seal, "", filter), undefined);
  });

  it("page token: is refused with another filter than its own", () => {
    const token = writePageToken(seal, 1, filter);
    for (const other of [
      { states: [] },
      { ...filter, chatId: "b" },
      { ...filter, text: "x" },
      { ...filter, parentId: "p" },
    ])
      assert.throws(() => readPageToken(seal, token, other), /another filter/);
  });

  it("page token: is refused when nobody wrote it", () => {
    const rubbish = ["x", "%%%", "🎬", "MQ", Buffer.from("-1.abc").toString("base64url"), "a".repeat(5000)];
    for (const token of rubbish)
      assert.throws(
        () => readPageToken(seal, token, filter),
        (error) => error instanceof InvalidRequestError && error.violations[0]?.field === "page_token",
      );
  });

  it("page token: is refused if a bit of it was changed, or a server with another key wrote it", () => {
    const token = Buffer.from(writePageToken(seal, 7, filter), "base64url");
    for (const at of [0, 12, 20, token.length - 1]) {
      const changed = Buffer.from(token);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      assert.throws(() => readPageToken(seal, changed.toString("base64url"), filter), /no page token of this server/);
    }
    const other = new Seal(randomBytes(32));
    assert.throws(() => readPageToken(seal, writePageToken(other, 7, filter), filter), /no page token of this server/);
  });

  it("page token: tells nobody how many tasks there are, by its text or by its length", () => {
    const [few, many] = [3, 4_000_000_000].map((seq) => writePageToken(seal, seq, filter));
    assert.equal(few?.length, many?.length);
    const bytes = (seq: number) => Buffer.from(writePageToken(seal, seq, filter), "base64url").subarray(12, 20);
    assert.notDeepEqual(bytes(3), bytes(3));
  });
});
