import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import { addedTask, claimed, downloadedTask, freshDatabase, row } from "../testing/fresh-database.ts";
import { transition } from "./transition.ts";

const all = { where: sql<boolean>`TRUE` };

test("transition: tasks in a state in which the event cannot happen stay as they are", async (t) => {
  const database = await freshDatabase(t);
  const { seq: waiting } = await downloadedTask(database);
  await addedTask(database);
  const { seq } = (await claimed(database)).task;
  const before = await row(database, waiting);
  assert.equal(
    await database.write(async (transaction) => await transition(transaction, all, "requeued", { updated_at: 7 })),
    1,
  );
  const { state, owner, process_id, updated_at, not_before } = await row(database, seq);
  assert.deepEqual([state, owner, process_id, updated_at, not_before], ["QUEUED", null, null, 7, null]);
  assert.deepEqual(await row(database, waiting), before);
});

test("transition: one event leads from each state to its own", async (t) => {
  const database = await freshDatabase(t);
  await downloadedTask(database);
  await addedTask(database);
  const [download, delivery] = [await claimed(database), await claimed(database, "delivery")];
  assert.equal(
    await database.write(async (transaction) => await transition(transaction, all, "requeued", { updated_at: 7 })),
    2,
  );
  assert.equal((await row(database, download.task.seq)).state, "QUEUED");
  assert.equal((await row(database, delivery.task.seq)).state, "READY_TO_SEND");
});

test("transition: an event that cannot happen in the state that is named is a defect", async (t) => {
  const database = await freshDatabase(t);
  await assert.rejects(
    database.write(
      async (transaction) => await transition(transaction, { ...all, from: "DONE" }, "canceled", { updated_at: 7 }),
    ),
    /a task in DONE cannot be canceled/,
  );
});

test("transition: no other code changes a state", () => {
  const source = join(import.meta.dirname, "..");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !/(\.test\.ts$|testing|migrations)/.test(name),
  );
  assert(files.length > 40, "the sources are found");
  // The type of the column keeps built updates from setting a state: see schema.ts.
  const changing = files.filter((name) => /\bSET\s[^;]*?\bstate\s*=/.test(withoutConditions(join(source, name))));
  assert.deepEqual(changing, ["store/transition.ts"]);
});

/** Returns a source with its statements up to their WHERE, which may compare a state. */
function withoutConditions(path: string): string {
  return readFileSync(path, "utf8").replaceAll(/\bWHERE\b[^`]*/g, ";");
}
