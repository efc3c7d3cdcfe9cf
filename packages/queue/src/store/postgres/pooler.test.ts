import assert from "node:assert/strict";
import { test } from "node:test";
import { startPgbouncer } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import { addedTask } from "../../testing/fresh-database.ts";
import { findTask } from "../../tasks/list-tasks.ts";
import { emptyDatabase, Ledger, openTable } from "./testing/postgres-table.ts";

test("pooler: with a pgbouncer in transaction mode for all but notifications, several processes make the schema, write and hear", async (context) => {
  const server = await emptyDatabase(context);
  // One backend for all: what one transaction left to the next would show.
  await using pgbouncer = await startPgbouncer({ server, settings: { default_pool_size: 2 } });
  const location = { ...server.locationAt(pgbouncer), directUrl: server.location.url };
  const tables = await Promise.all([1, 2, 3, 4, 5, 6].map(() => openTable(context, location)));
  const [one, other] = tables;
  assert.ok(one !== undefined && other !== undefined);
  let heard = 0;
  const stop = other.notifier.listen(["changes"], () => (heard += 1));
  const { id, seq } = await addedTask(one);
  await eventually("it is heard", () => heard > 0);
  stop();
  assert.equal((await findTask(other, id, "all"))?.seq, seq);
  const ledger = await Ledger.make(server);
  const writes = Array.from({ length: 60 }, (_, n) => n);
  await Promise.all(writes.map((n) => ledger.write(tables[n % 6] ?? one, n)));
  assert.deepEqual(await ledger.rows(), writes);
  const [row] = await server.query(
    "SELECT current_setting('lock_timeout') AS limit FROM pg_stat_activity WHERE usename = 'dwld' LIMIT 1",
  );
  assert.equal(row?.["limit"], "0");

  await pgbouncer.goAway();
  await pgbouncer.comeBack();
  await addedTask(one);
});

test("pooler: one that hears no notifications is refused with what to name instead", async (context) => {
  const server = await emptyDatabase(context);
  await using pgbouncer = await startPgbouncer({ server });
  await assert.rejects(openTable(context, { ...server.location, directUrl: server.locationAt(pgbouncer).url }), {
    problem: "unopenable",
    message: /a pooler in transaction mode .*database\.directUrl/,
  });
});
