import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs } from "@dwld/timing";
import { query } from "../store/database.ts";
import { freshDatabase } from "../testing/fresh-database.ts";
import { insertTombstone, purgeTombstones } from "./tombstone.ts";

test("tombstones: they are purged after a day, oldest first and some at once, and how far is recorded", async (t) => {
  const database = await freshDatabase(t);
  for (const [id, at] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
    ["d", dayMs],
  ] as const)
    await database.write(async (transaction) => await insertTombstone(transaction, { id, chat_id: "" }, at));
  const left = async () =>
    (await database.all(query.selectFrom("tombstones").select("id").orderBy("revision"))).map(({ id }) => id);
  const forgotten = async () =>
    (await database.get(query.selectFrom("counters").select("value").where("name", "=", "forgotten_revision")))?.value;
  assert.equal(
    await database.write(async (transaction) => await purgeTombstones(transaction, 2, dayMs + 4)),
    true,
    "more may be old enough",
  );
  assert.deepEqual([await left(), await forgotten()], [["c", "d"], 2]);
  assert.equal(await database.write(async (transaction) => await purgeTombstones(transaction, 2, dayMs + 4)), false);
  assert.deepEqual([await left(), await forgotten()], [["d"], 3]);
  assert.equal(await database.write(async (transaction) => await purgeTombstones(transaction, 2, dayMs + 4)), false);
  assert.deepEqual([await left(), await forgotten()], [["d"], 3]);
});

test("tombstones: one with a date in the future does not keep the others", async (t) => {
  const database = await freshDatabase(t);
  for (const [id, at] of [
    ["future", 9 * dayMs],
    ["old", 1],
  ] as const)
    await database.write(async (transaction) => await insertTombstone(transaction, { id, chat_id: "" }, at));
  await database.write(async (transaction) => await purgeTombstones(transaction, 9, 2 * dayMs));
  assert.deepEqual(await database.all(query.selectFrom("tombstones").select("id")), []);
});
