import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import type { TLSSocket } from "node:tls";
import { insertToken } from "@dwld/queue";
import { makeSelfSigned } from "@dwld/testbed";
import { dayMs } from "@dwld/timing";
import { openContext } from "../testing/served-api.ts";
import { ClientCertificates } from "./client-certificates.ts";
import type { Identity } from "./identity.ts";
import { makeToken } from "./token.ts";

function identityIn(found: Identity | string | undefined): Identity {
  assert.ok(typeof found === "object");
  return found;
}

function refusalIn(found: Identity | string | undefined): string {
  assert.ok(typeof found === "string");
  return found;
}

test("clock set back: a token that had expired by the clock before has streams again, and they end when it expires", async (t) => {
  const beganMs = Date.now();
  let nowMs = beganMs;
  const { context, close } = await openContext({ now: () => nowMs });
  t.after(close);
  const { database, tokens } = context;
  const { id, text, hash } = makeToken(tokens.server);
  const row = { id, hash, name: "page", role: "user", chats: "[]", created_at: nowMs } as const;
  await insertToken(database, { ...row, expires_at: nowMs + dayMs }, nowMs);
  await tokens.refresh();
  const first = identityIn(tokens.find(text));
  nowMs += 2 * dayMs;
  await tokens.refresh();
  assert.ok(first.ended.aborted);
  assert.match(refusalIn(tokens.find(text)), /^token page expired on /);

  nowMs = beganMs;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const second = identityIn(tokens.find(text));
  assert.ok(!second.ended.aborted);
  assert.equal(tokens.find(text), second);
  nowMs += 2 * dayMs;
  t.mock.timers.tick(dayMs);
  assert.ok(second.ended.aborted);
  t.mock.timers.reset();
});

test("clock set back: so has a client certificate", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const certificate = new X509Certificate((await makeSelfSigned("bot")).cert);
  const beganMs = certificate.validFromDate.getTime();
  const endMs = certificate.validToDate.getTime();
  let nowMs = beganMs;
  const listed = [{ fingerprint: certificate.fingerprint256, name: "bot", role: "user", chats: [] } as const];
  const certificates = new ClientCertificates(
    () => listed,
    () => nowMs,
  );
  const socket = { authorized: true, getPeerX509Certificate: () => certificate } as unknown as TLSSocket;
  const first = identityIn(certificates.find(socket));
  nowMs = endMs;
  t.mock.timers.tick(dayMs);
  assert.ok(first.ended.aborted);
  assert.match(refusalIn(certificates.find(socket)), /^the client certificate expired on /);

  nowMs = beganMs;
  const second = identityIn(certificates.find(socket));
  assert.ok(!second.ended.aborted);
  assert.equal(certificates.find(socket), second);
  nowMs = endMs;
  t.mock.timers.tick(dayMs);
  assert.ok(second.ended.aborted);
});
