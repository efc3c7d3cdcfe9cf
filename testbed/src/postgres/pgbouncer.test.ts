import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "pg";
import { startPgbouncer } from "./pgbouncer.ts";
import { freshPostgres } from "./test-database.ts";

async function connectTo(url: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

test("pgbouncer: lends a backend for a transaction only", async (context) => {
  const database = await freshPostgres(context);
  await using pgbouncer = await startPgbouncer({ server: database });
  await using one = await connectTo(database.urlAt(pgbouncer));
  await using other = await connectTo(database.urlAt(pgbouncer));
  const backend = async (client: Client) =>
    (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid;
  assert.equal(await backend(one), await backend(other));
  await one.query("BEGIN");
  assert.notEqual(await backend(one), await backend(other));
  await one.query("COMMIT");
});

test("pgbouncer: goes away and comes back at its address", async (context) => {
  const database = await freshPostgres(context);
  await using pgbouncer = await startPgbouncer({ server: database });
  await pgbouncer.goAway();
  await assert.rejects(new Client({ connectionString: database.urlAt(pgbouncer) }).connect(), { code: "ECONNREFUSED" });
  await pgbouncer.comeBack();
  await (await connectTo(database.urlAt(pgbouncer))).end();
});
