import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { startTcpProxy, type TestDatabase } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import { addedTask, atEnd } from "../../testing/fresh-database.ts";
import { fallbackIntervalMs } from "../change-notifier.ts";
import type { Database } from "../database.ts";
import { emptyDatabase, openTable } from "./testing/postgres-table.ts";

/** Counts what a process hears. */
function ear(context: TestContext, table: Database) {
  let heard = 0;
  atEnd(
    context,
    table.notifier.listen(["changes"], () => (heard += 1)),
  );
  return {
    /** Waits until something is heard. Returns for how long, in milliseconds. */
    async hears(happens: () => Promise<unknown>): Promise<number> {
      const before = heard;
      await happens();
      const startMs = performance.now();
      await eventually("it is heard", () => heard > before);
      return performance.now() - startMs;
    },
    get heard() {
      return heard;
    },
  };
}

const listeners = (server: TestDatabase) =>
  server.query(
    "SELECT pid FROM pg_stat_activity WHERE query ~* 'listen|pg_notify|^SELECT 1$' AND usename = 'dwld' AND datname = current_database()",
  );

test("notify channel: a commit is heard by others and by its own listeners at once", async (context) => {
  const server = await emptyDatabase(context);
  const [one, other] = [await openTable(context, server.location), await openTable(context, server.location)];
  const here = ear(context, one);
  const there = ear(context, other);
  const latencies: number[] = [];
  for (let n = 0; n < 50; n += 1) latencies.push(await there.hears(() => addedTask(one)));
  const [median = Infinity] = latencies.toSorted((a, b) => a - b).slice(25);
  assert.ok(median < fallbackIntervalMs / 10, `${median} ms`);
  assert.ok(here.heard >= 50);
});

test("notify channel: with its connection killed, changes are heard by comparison, and it listens again", async (context) => {
  const server = await emptyDatabase(context);
  const [one, other] = [await openTable(context, server.location), await openTable(context, server.location)];
  const there = ear(context, other);
  for (let n = 0; n < 3; n += 1) {
    for (const { pid } of await listeners(server)) await server.query("SELECT pg_terminate_backend($1)", [pid]);
    assert.ok((await there.hears(() => addedTask(one))) < 3 * fallbackIntervalMs);
    await eventually("both listen", async () => (await listeners(server)).length === 2);
  }
});

test("notify channel: with its way to the server frozen, changes are heard by comparison each second", async (context) => {
  const server = await emptyDatabase(context);
  await using proxy = await startTcpProxy(server);
  const one = await openTable(context, server.location);
  const other = await openTable(context, { ...server.location, directUrl: server.locationAt(proxy).url });
  const there = ear(context, other);
  proxy.freeze();
  for (let n = 0; n < 2; n += 1) assert.ok((await there.hears(() => addedTask(one))) < 3 * fallbackIntervalMs);
  // What this process cannot tell is found by comparison, too.
  const here = ear(context, one);
  assert.ok((await here.hears(() => addedTask(other))) < 3 * fallbackIntervalMs);
  proxy.thaw();
});
