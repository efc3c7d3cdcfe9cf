import { dayMs } from "@dwld/timing";
import { sql } from "kysely";
import { query, type Transaction } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";

/** How long a deletion is told to clients that watch "since a revision", ms. */
const tombstoneKeptMs = dayMs;

/** Inserts a tombstone, so that watchers learn of the deletion. */
export async function insertTombstone(
  transaction: Transaction,
  { id, chat_id }: Pick<TaskRow, "id" | "chat_id">,
  now: number,
): Promise<void> {
  transaction.tell("ends");
  await raiseRevision(transaction);
  await transaction.run(
    query.insertInto("tombstones").values({
      id,
      chat_id,
      deleted_at: now,
      revision: currentRevision,
    }),
  );
}

/**
 * Deletes the hidden tasks that nobody holds any more. Their tombstones get a new revision, since their working folders
 * were needed until now.
 */
export async function purgeDeleted(transaction: Transaction): Promise<void> {
  const released = await transaction.all(
    query.selectFrom("tasks").select(["seq", "id"]).where("hidden", "=", sql.lit(1)).where("owner", "is", null),
  );
  for (const { seq, id } of released) {
    transaction.tell("ends");
    await raiseRevision(transaction);
    await transaction.run(query.updateTable("tombstones").set({ revision: currentRevision }).where("id", "=", id));
    await transaction.run(query.deleteFrom("tasks").where("seq", "=", seq));
  }
}

/** Purges the oldest tombstones, at most `limit`. Returns false if no more are old enough. */
export async function purgeTombstones(transaction: Transaction, limit: number, now: number): Promise<boolean> {
  const oldest = await transaction.all(
    query.selectFrom("tombstones").select(["revision", "deleted_at"]).orderBy("revision").limit(limit),
  );
  // The revision decides, not the time: a client that asks for the changes since a revision must learn that some are missing.
  const last = oldest.findLastIndex(({ deleted_at }) => deleted_at < now - tombstoneKeptMs);
  const revision = oldest[last]?.revision;
  if (revision === undefined) return false;
  await transaction.run(query.deleteFrom("tombstones").where("revision", "<=", revision));
  await transaction.run(
    query.updateTable("counters").set({ value: revision }).where("name", "=", "forgotten_revision"),
  );
  return last === limit - 1;
}

const currentRevision = sql<number>`(SELECT value FROM counters WHERE name = 'revision')`;

async function raiseRevision(transaction: Transaction): Promise<void> {
  await transaction.run(
    query
      .updateTable("counters")
      .set({ value: sql<number>`value + 1` })
      .where("name", "=", "revision"),
  );
}
