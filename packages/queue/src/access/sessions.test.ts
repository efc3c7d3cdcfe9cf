import assert from "node:assert/strict";
import { test } from "node:test";
import { freshDatabase } from "../testing/fresh-database.ts";
import { deleteSessions, insertSession } from "./sessions.ts";
import { insertToken, listTokens, revokeToken } from "./tokens.ts";

test("sessions: a token has a hundred, the oldest go; its end is theirs, and no other token's", async (t) => {
  const database = await freshDatabase(t);
  const row = (id: string) => ({ id, name: "page", hash: "", role: "user" as const, chats: "[]", created_at: 0 });
  await insertToken(database, { ...row("a"), expires_at: null }, 0);
  await insertToken(database, { ...row("b"), name: "other", expires_at: null }, 0);
  const begin = (id: string, of: string, expiresAt: number, replaced?: string) =>
    insertSession(
      database,
      { ...row(id), session_of: of, expires_at: expiresAt },
      { now: 10, replaced, replacedUntil: 40 },
    );
  const sessionsOf = async (token: string) =>
    (await listTokens(database)).filter(({ session_of }) => session_of === token).map(({ id }) => id);
  await begin("b1", "b", 1000);
  await begin("expired", "a", 5);
  for (let count = 1; count <= 101; count += 1) await begin(`a${count}`, "a", 100 + count);
  const ids = await sessionsOf("a");
  assert.equal(ids.length, 100);
  assert.ok(!ids.includes("expired") && !ids.includes("a1"));

  await begin("renewed", "a", 300, "a101");
  const replaced = (await listTokens(database)).find(({ id }) => id === "a101");
  assert.equal(replaced?.expires_at, 40);
  assert.equal(await deleteSessions(database, "a", "renewed"), 1);
  assert.equal(await deleteSessions(database, "a", "b1"), 0, "that is another token's");
  assert.ok(await revokeToken(database, "a", 20));
  assert.deepEqual([await sessionsOf("a"), await sessionsOf("b")], [[], ["b1"]]);
});

test("sessions: none begins with a token that was revoked or expired meanwhile, and none is renewed that was ended", async (t) => {
  const database = await freshDatabase(t);
  const row = (id: string) => ({ id, name: id, hash: "", role: "user" as const, chats: "[]", created_at: 0 });
  await insertToken(database, { ...row("a"), expires_at: 100 }, 0);
  const begin = (id: string, now: number, replaced?: string) =>
    insertSession(
      database,
      { ...row(id), session_of: "a", expires_at: 100 },
      { now, replaced, replacedUntil: now + 30 },
    );
  assert.equal(await begin("s1", 10), true);
  assert.equal(await begin("s2", 10, "s1"), true);
  await deleteSessions(database, "a");
  assert.equal(await begin("s3", 20, "s2"), false, "the caller has logged out everywhere");
  assert.equal(await begin("s4", 100), false, "the token has expired");
  await revokeToken(database, "a", 50);
  assert.equal(await begin("s5", 50), false, "the token was revoked");
  const rows = await listTokens(database);
  assert.deepEqual(
    rows.map(({ id }) => id),
    ["a"],
  );
});
