import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration, readSecretFile } from "@dwld/daemon";
import { openDatabase } from "@dwld/queue";
import { createDatabase, freshPostgres, startPgbouncer, startPostgres, startReplica } from "@dwld/testbed";
import type { Found } from "../finding.ts";
import { checkDatabase } from "./database.ts";

async function look(database: object): Promise<Found[]> {
  const configuration = parseConfiguration(JSON.stringify({ database }), { file: "/etc/dwld/dwld.yaml" });
  return await checkDatabase({ configuration, env: {}, now: Date.now });
}

const linesOf = (found: readonly Found[]) => found.map(({ level, message }) => `${level}: ${message}`).join("\n");

test("doctor: a server says how it is reached, what it keeps and what it has left; a pooler that hears nothing is a failure", async (t) => {
  const server = await freshPostgres(t);
  const head = String.raw`ok: PostgreSQL 17\.\d+ as dwld, in the clear; a round trip takes [\d.]+ ms`;
  const tail = String.raw`ok: what is answered is on the server's disk
ok: \d+ of 397 connections are in use; each process of dwld has up to 5
ok: notifications are heard
ok: the server's clock is [\d.]+ s (behind|ahead of) this machine's, on which nothing depends$`;
  const absent = linesOf(await look(server.location));
  assert.match(
    absent,
    new RegExp(String.raw`^ok: postgres:\S+ is not there yet: the first start makes it\n${head}\n${tail}`),
  );
  await (await openDatabase(server.location, { readSecret: readSecretFile })).close();
  assert.match(
    linesOf(await look(server.location)),
    new RegExp(String.raw`^ok: postgres:\S+: 0 tasks, [\d.]+ MB\n${head}\n`),
  );

  await using pgbouncer = await startPgbouncer({ server });
  const pooled = server.locationAt(pgbouncer);
  const deaf = (await look(pooled)).find(({ level }) => level === "failure");
  assert.match(deaf?.remedy ?? "", /Name the server itself in database\.directUrl/);
  assert.doesNotMatch(linesOf(await look({ ...pooled, directUrl: server.location.url })), /failure|warning/);

  await server.query("ALTER DATABASE " + server.name + " SET synchronous_commit = off");
  const lossy = (await look(server.location)).find(({ level }) => level === "failure");
  assert.match(lossy?.message ?? "", /loses links that it has accepted: synchronous_commit is off/);
  assert.match(lossy?.remedy ?? "", /ALTER SYSTEM SET synchronous_commit = on/);
});

test("doctor: TLS is verified, by the authority that is named and the server's name", async (t) => {
  const { passwordFile } = (await freshPostgres(t)).location;
  await using server = await startPostgres({ tls: true, host: "0.0.0.0" });
  const at = (host: string) => ({ passwordFile, url: `postgres://dwld@${host}:${server.port}/postgres` });
  const caFile = server.certificateFile;
  assert.match(
    linesOf(await look({ ...at("127.0.0.1"), tls: { mode: "verify", caFile } })),
    /as dwld, TLSv1\.3; a round/,
  );
  const noTls = /cannot be reached by TLS \(.*\)\. Name the authority .* database\.tls\.caFile/;
  await assert.rejects(look({ ...at("127.0.0.1"), tls: { mode: "verify" } }), noTls);
  await assert.rejects(look({ ...at("127.0.0.2"), tls: { mode: "verify", caFile } }), noTls);
  await assert.rejects(look(at("127.0.0.1")), /refuses to log dwld in \(.*no encryption\)/);
});

test("doctor: a standby for which no commit waits is told, as far as the user of dwld may see it", async () => {
  await using primary = await startPostgres();
  await using database = await createDatabase({ server: primary });
  await assert.rejects(
    look({ ...database.location, tls: { mode: "verify" } }),
    /cannot be reached by TLS .*not support SSL/,
  );
  await using replica = await startReplica(primary);
  await replica.caughtUp();
  const warned = async () => (await look(database.location)).filter(({ level }) => level === "warning");
  assert.match(
    linesOf(await warned()),
    /^warning: 1 standby, for which no commit waits: a failover may take back what was/,
  );
  await primary.query("GRANT pg_read_all_stats TO dwld");
  assert.match(
    linesOf(await warned()),
    /^warning: no commit waits for a standby \(\S+\): a failover may take back what was/,
  );
});
