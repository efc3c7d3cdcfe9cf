import assert from "node:assert/strict";
import { test } from "node:test";
import { settleDownload } from "../runner/settle-download.ts";
import { addedTask, claimed, file, freshDatabase, row } from "../testing/fresh-database.ts";
import { longestWaiting } from "./longest-waiting.ts";
import { makeDueIfFits } from "../attempts/required-space.ts";

const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "по-русски" } };

test("due at: a claim tells since when the task was due, whatever it waited for", async (t) => {
  const database = await freshDatabase(t);
  const added = await addedTask(database, {}, 10);
  const started = await addedTask(database, { startAfter: 50 }, 10);
  const first = await claimed(database, "download", 20);
  assert.deepEqual([first.task.seq, first.task.due_at], [added.seq, 10]);
  await settleDownload(database, first, { outcome: "failed", failure, retryAt: 40 }, 25);
  const again = await claimed(database, "download", 70);
  assert.deepEqual([again.task.seq, again.task.due_at], [added.seq, 40], "its pause was over at 40");
  const second = await claimed(database, "download", 70);
  assert.deepEqual([second.task.seq, second.task.due_at], [started.seq, 50], "it was to start at 50");
  await settleDownload(database, second, { outcome: "failed", failure, retryAt: 999, requiredFreeBytes: 5 }, 71);
  await makeDueIfFits(database, 9, 80);
  assert.equal((await row(database, started.seq)).due_at, 80, "there was space at 80");
  await settleDownload(database, again, { outcome: "downloaded", files: [file], media: {}, host: "here" }, 90);
  const delivery = await claimed(database, "delivery", 95);
  assert.equal(delivery.task.due_at, 90);
});

test("longest waiting: the oldest, the first of each site's line, and those that are ready longest", async (t) => {
  const database = await freshDatabase(t);
  const many = Array.from({ length: 120 }, async (_, index) => addedTask(database, { site: "tube" }, index));
  const seqs = (await Promise.all(many)).map(({ seq }) => seq);
  const other = await addedTask(database, { site: "other", chatId: "another" }, 200);
  const later = await addedTask(database, { site: "later", startAfter: 999 }, 201);
  const found = (await longestWaiting(database)).map(({ seq }) => seq);
  assert.ok(seqs.slice(0, 100).every((seq) => found.includes(seq)));
  assert.ok(found.includes(other.seq) && !found.includes(later.seq));
  assert.equal(found.length, 101);
});
