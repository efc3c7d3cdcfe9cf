import assert from "node:assert/strict";
import { test } from "node:test";
import { endAttempt, startAttempt } from "../attempts/attempt.ts";
import { noteFacts } from "../attempts/note-facts.ts";
import { backUpDatabase } from "../store/whole-table.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import { raw } from "../store/database.ts";
import { addedTask, claimed, freshDatabase, freshPath, openedDatabase, row } from "../testing/fresh-database.ts";
import { sql } from "kysely";
import { cancelTask, deleteTask } from "./cancel-task.ts";
import { changesSince } from "./list-tasks.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { findThumbnail } from "./thumbnail.ts";

const [first, second] = [Buffer.from("a first JPEG"), Buffer.from("a second JPEG")];

test("thumbnails: the newest is there for whoever may see the task, and watchers see that it changed", async (t) => {
  const database = await freshDatabase(t);
  const { id, seq } = await addedTask(database, { chatId: "ann" });
  const lease = await claimed(database);
  assert.equal((await row(database, seq)).has_thumbnail, 0);
  assert.equal(await findThumbnail(database, id, "all"), undefined);
  for (const jpeg of [first, second]) {
    const { revision } = await row(database, seq);
    assert(await noteFacts(database, lease, { thumbnail: jpeg }));
    const [change] = (await changesSince(database, revision, 9)) ?? [];
    assert(change !== undefined && "task" in change && change.task.has_thumbnail === 1);
    assert.deepEqual(await findThumbnail(database, id, ["ann"]), jpeg);
  }
  assert.equal(await findThumbnail(database, id, ["bob"]), undefined);
  assert.equal(await findThumbnail(database, "another", "all"), undefined);
});

test("thumbnails: one that is told at the end of an attempt is stored with it", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await addedTask(database);
  const lease = await claimed(database);
  const attempt = await startAttempt(database, lease, { host: "here", stage: "s", ytdlpVersion: "1" }, 2);
  assert(attempt !== undefined);
  const end = { outcome: "failed", downloadedBytes: 0, stderrTail: "", facts: { thumbnail: first } } as const;
  await endAttempt(database, lease, { row: attempt, result: end }, 3);
  assert.deepEqual(await findThumbnail(database, id, "all"), first);
});

test("thumbnails: without the lease nothing is stored", async (t) => {
  const database = await freshDatabase(t);
  const { id, seq } = await addedTask(database);
  const lost = await claimed(database);
  await expireLeases(database, new LeaseWatch(), "nobody", 5);
  assert.equal(await noteFacts(database, lost, { thumbnail: first }), false);
  assert.equal(await findThumbnail(database, id, "all"), undefined);
  assert.equal((await row(database, seq)).has_thumbnail, 0);
});

test("thumbnails: one goes with its task, whether its owner still holds it or not", async (t) => {
  const database = await freshDatabase(t);
  const stored = async () => await database.all(raw(sql`SELECT task_seq FROM thumbnails`));
  const over = await addedTask(database);
  const lease = await claimed(database);
  await noteFacts(database, lease, { thumbnail: first });
  await cancelTask(database, { id: over.id, scope: "all" }, 5);
  await releaseLease(database, lease);
  await deleteTask(database, { id: over.id, scope: "all" }, false, 6);
  assert.deepEqual(await stored(), []);
  const held = await addedTask(database);
  const holder = await claimed(database);
  await noteFacts(database, holder, { thumbnail: first });
  await deleteTask(database, { id: held.id, scope: "all" }, false, 6);
  assert.equal(await findThumbnail(database, held.id, "all"), undefined);
  await releaseLease(database, holder);
  assert.deepEqual(await stored(), []);
});

test("thumbnails: a backup has them", async (t) => {
  const path = await freshPath(t);
  const database = await openedDatabase(t, { path });
  const { id } = await addedTask(database);
  await noteFacts(database, await claimed(database), { thumbnail: first });
  await backUpDatabase({ path }, `${path}.backup`);
  assert.deepEqual(await findThumbnail(await openedDatabase(t, { path: `${path}.backup` }), id, "all"), first);
});
