import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InvalidRequestError } from "./errors.ts";
import { readPageToken, writePageToken } from "./page-token.ts";

const filter = { states: ["DONE" as const], chatId: "a" };

describe("a page token", () => {
  it("page token: leads back to where its page ended", () => {
    assert.equal(readPageToken(writePageToken(4711, filter), filter), 4711);
    assert.equal(readPageToken("", filter), undefined);
  });

  it("page token: is refused with another filter than its own", () => {
    const token = writePageToken(1, filter);
    for (const other of [
      { states: [] },
      { ...filter, chatId: "b" },
      { ...filter, text: "x" },
      { ...filter, parentId: "p" },
    ])
      assert.throws(() => readPageToken(token, other), /another filter/);
  });

  it("page token: is refused when nobody wrote it", () => {
    const rubbish = ["x", "%%%", "🎬", "MQ", Buffer.from("-1.abc").toString("base64url"), "a".repeat(5000)];
    for (const token of rubbish)
      assert.throws(
        () => readPageToken(token, filter),
        (error) => error instanceof InvalidRequestError && error.violations[0]?.field === "page_token",
      );
  });
});
