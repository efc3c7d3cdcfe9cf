import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "./database.ts";
import { addedTask, freshDatabase } from "./fixture/fresh-database.ts";
import { setSiteLimits } from "./site-limits.ts";

test("the configuration's limits are the table's, and those that are gone from it are gone", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database, { site: "tube" });
  const limits = () => database.all(query.selectFrom("sites").select(["name", "parallel", "due"]).orderBy("name"));
  await setSiteLimits(database, { tube: { parallel: 1 }, other: { parallel: 3 }, unlimited: {} });
  assert.deepEqual(limits(), [
    { name: "other", parallel: 3, due: 0 },
    { name: "tube", parallel: 1, due: 1 },
  ]);
  await setSiteLimits(database, { other: { parallel: 4 } });
  assert.deepEqual(limits(), [
    { name: "other", parallel: 4, due: 0 },
    { name: "tube", parallel: null, due: 1 },
  ]);
});
