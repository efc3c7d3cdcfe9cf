import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "../store/database.ts";
import { addedTask, freshDatabase } from "../testing/fresh-database.ts";
import { setSiteLimits } from "./site-limits.ts";

test("site limits: those of the configuration are stored, and those that it no longer has are removed", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database, { site: "tube" });
  const limits = async () =>
    Object.fromEntries(
      (await database.all(query.selectFrom("sites").select(["name", "parallel", "due"]))).map(
        ({ name, parallel, due }) => [name, [parallel, due]],
      ),
    );
  await setSiteLimits(database, { tube: { parallel: 1 }, other: { parallel: 3 } });
  assert.deepEqual(await limits(), { tube: [1, 1], other: [3, 0] });
  await setSiteLimits(database, { other: { parallel: 4 }, third: {} });
  const { tube, other, third } = await limits();
  assert.deepEqual(
    [tube, other],
    [
      [null, 1],
      [4, 0],
    ],
  );
  assert.equal(third?.[0] ?? null, null);
});
