import assert from "node:assert/strict";
import { taskStates } from "@dwld/queue";
import { fc, hostileText, property } from "@dwld/fuzz";
import { randomBytes } from "node:crypto";
import { InvalidRequestError } from "./errors.ts";
import { readPageToken, writePageToken } from "./page-token.ts";
import { readRevisionToken, writeRevisionToken } from "../watch/revision-token.ts";
import { Seal } from "./seal.ts";

const seal = new Seal(randomBytes(32));

const seq = fc.integer({ min: 1, max: 999_999_999_999_999 });
const filter = fc.record(
  { states: fc.subarray([...taskStates]), chatId: hostileText, text: hostileText, site: hostileText },
  { requiredKeys: ["states"] },
);

property("page token: whatever the filter, it leads back to where its page ended", [seq, filter], (last, wanted) => {
  assert.equal(readPageToken(seal, writePageToken(seal, last, wanted), wanted), last);
});

const field = fc.constantFrom("states" as const, "chatId" as const, "text" as const, "site" as const);

property(
  "page token: is refused with every filter but its own, in whatever field it differs",
  [seq, filter, filter, field],
  (last, one, two, differing) => {
    const other = { ...one, [differing]: two[differing] };
    fc.pre(JSON.stringify(one) !== JSON.stringify(other));
    assert.throws(() => readPageToken(seal, writePageToken(seal, last, one), other), InvalidRequestError);
  },
);

const altered = fc.oneof(
  hostileText,
  fc.base64String(),
  fc.tuple(seq, hostileText).map(([last, tail]) => Buffer.from(`${last}.${tail}`).toString("base64url")),
);

property("page token: anything else is the first page, or refused in words", [altered, filter], (token, wanted) => {
  try {
    assert.equal(readPageToken(seal, token, wanted), undefined);
    assert.equal(token, "");
  } catch (error) {
    assert.ok(error instanceof InvalidRequestError, String(error));
    assert.equal(error.violations[0]?.field, "page_token");
  }
});

const identity = fc.stringMatching(/^\w{1,20}$/);

property(
  "revision token: comes back as it went, for its database alone",
  [seq, identity, identity],
  (last, one, other) => {
    const token = writeRevisionToken(seal, last, one);
    assert.equal(readRevisionToken(seal, token, one), last);
    if (one !== other) assert.equal(readRevisionToken(seal, token, other), undefined);
  },
);

property("revision token: anything else means a snapshot", [altered, identity], (token, own) => {
  assert.equal(readRevisionToken(seal, token, own), undefined);
});
