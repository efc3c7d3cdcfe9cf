import assert from "node:assert/strict";
import { test } from "node:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { RegisterDownloaderRequest } from "@dwld/rpc";
import { ProofCheck } from "./check-proof.ts";
import { signedRequest } from "./testing/signed-request.ts";

const startMs = Date.parse("2026-01-01T00:00:00Z");

/** A check by a clock that the test sets, and what it says of a request: "taken", or the code and the words. */
function checkAt() {
  const clock = { nowMs: startMs };
  const proofs = new ProofCheck("geheim", () => clock.nowMs);
  const ask = (request: RegisterDownloaderRequest, method = "RegisterDownloader"): string => {
    try {
      proofs.check(method, request);
      return "taken";
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      return `${Code[code]}: ${rawMessage}`;
    }
  };
  return { clock, ask };
}

test("a proof of the shared secret is taken", () => {
  const { ask } = checkAt();
  assert.equal(ask(signedRequest({ atMs: startMs })), "taken");
  assert.equal(ask(signedRequest({ atMs: startMs, method: "UnregisterDownloader" }), "UnregisterDownloader"), "taken");
});

const forged: readonly [what: string, request: RegisterDownloaderRequest][] = [
  ["another secret", signedRequest({ atMs: startMs, secret: "geheim2" })],
  ["another method", signedRequest({ atMs: startMs, method: "UnregisterDownloader" })],
  ["another name", { ...signedRequest({ atMs: startMs }), name: "other" }],
  ["another address", { ...signedRequest({ atMs: startMs }), address: "198.51.100.1:1" }],
  ["a proof that was cut short", cut(signedRequest({ atMs: startMs }))],
  ["another time", later(signedRequest({ atMs: startMs }))],
];

for (const [what, request] of forged)
  test(`refused: ${what}`, () => {
    assert.equal(checkAt().ask(request), "Unauthenticated: the proof was not made with this bot's secret");
  });

test("refused: no proof, and what could make one line of the signed text look like two", () => {
  const { ask } = checkAt();
  const { proof: _, ...bare } = signedRequest({ atMs: startMs });
  assert.match(ask(bare), /^InvalidArgument: there is no proof/);
  for (const change of [
    { name: "a\nb" },
    { name: "" },
    { address: "a\n:1" },
    { address: "a" },
    { nonce: "n".repeat(15) },
    { nonce: "a\nb".repeat(10) },
  ])
    assert.match(ask(signedRequest({ atMs: startMs, ...change })), /^InvalidArgument: nonce, name or address/);
});

test("a proof is used once, for as long as it would be accepted", () => {
  const { ask, clock } = checkAt();
  const ahead = signedRequest({ atMs: startMs + 300_000 });
  assert.equal(ask(ahead), "taken");
  assert.equal(ask(ahead), "AlreadyExists: this proof was used before");
  clock.nowMs += 600_000;
  assert.equal(ask(ahead), "AlreadyExists: this proof was used before");
  clock.nowMs += 1;
  if (ahead.proof?.time !== undefined) ahead.proof.time.nanos = 999_999_999;
  assert.match(ask(ahead), /^FailedPrecondition/);
});

test("clocks that are more than five minutes apart are told by how much, and which is ahead", () => {
  const { ask } = checkAt();
  assert.equal(ask(signedRequest({ atMs: startMs - 300_000 })), "taken");
  assert.equal(ask(signedRequest({ atMs: startMs + 300_000 })), "taken");
  assert.equal(
    ask(signedRequest({ atMs: startMs - 3_601_000 })),
    "FailedPrecondition: the downloader's clock is 3601 s behind the bot's, which allows 300 s",
  );
  assert.equal(
    ask(signedRequest({ atMs: startMs + 301_000 })),
    "FailedPrecondition: the downloader's clock is 301 s ahead of the bot's, which allows 300 s",
  );
});

test("what is refused uses nothing up", () => {
  const { ask } = checkAt();
  const nonce = "n".repeat(20);
  assert.match(ask(signedRequest({ atMs: startMs, secret: "other", nonce })), /^Unauthenticated/);
  assert.match(ask(signedRequest({ atMs: startMs - 9e6, nonce })), /^FailedPrecondition/);
  assert.equal(ask(signedRequest({ atMs: startMs, nonce })), "taken");
});

function cut(request: RegisterDownloaderRequest): RegisterDownloaderRequest {
  if (request.proof !== undefined) request.proof.hmac = request.proof.hmac.subarray(0, 31);
  return request;
}

function later(request: RegisterDownloaderRequest): RegisterDownloaderRequest {
  if (request.proof !== undefined) request.proof.time = timestampFromMs(startMs + 1000);
  return request;
}
