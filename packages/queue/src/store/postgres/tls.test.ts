import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import { accounts, createDatabase, startPostgres } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import { addedTask } from "../../testing/fresh-database.ts";
import { DatabaseError } from "../database-error.ts";
import type { PostgresLocation } from "../location.ts";
import { emptyDatabase, openTable } from "./testing/postgres-table.ts";

test("TLS: a server is verified, and what is wrong is told without a secret", async (context) => {
  await using server = await startPostgres({ host: "127.0.0.1,127.0.0.2", tls: true });
  const { name: user, password: secret } = accounts.superuser;
  const location = { url: `postgres://${user}@127.0.0.1:${server.port}/postgres`, passwordFile: "of the superuser" };
  const open = async (given: Partial<PostgresLocation>) =>
    await openTable(context, { ...location, ...given }, { readSecret: () => secret });
  const unopenable = (message: RegExp) => (error: unknown) => {
    assert.ok(error instanceof DatabaseError);
    assert.equal(error.problem, "unopenable");
    assert.match(error.message, message);
    assert.ok(!inspect(error, { depth: null, showHidden: true }).includes(secret));
    return true;
  };
  const verified = { mode: "verify", caFile: server.certificateFile } as const;
  await addedTask(await open({ tls: verified }));
  await assert.rejects(open({ tls: { mode: "verify" } }), unopenable(/by TLS.*caFile/));
  const elsewhere = location.url.replace("127.0.0.1", "127.0.0.2");
  await assert.rejects(open({ url: elsewhere, tls: verified }), unopenable(/by TLS.*altnames/));
  await assert.rejects(open({}), unopenable(/refuses to log dwld in.*no encryption/));
  const plain = await emptyDatabase(context);
  await assert.rejects(openTable(context, { ...plain.location, tls: verified }), unopenable(/does not support SSL/));
});

test("server away: a password that is changed at the server first is a trouble that passes", async (context) => {
  await using server = await startPostgres();
  const database = await createDatabase({ server });
  let secret = readFileSync(database.location.passwordFile, "utf8").trim();
  const table = await openTable(context, database.location, {
    patientUntil: new AbortController().signal,
    readSecret: () => secret,
  });
  await server.query("ALTER ROLE dwld PASSWORD 'changed'");
  await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dwld'");
  const adding = addedTask(table);
  await eventually("the trouble is known", () => table.trouble?.problem === "away");
  secret = "changed";
  await adding;
  assert.equal(table.trouble, undefined);
});
