import { type RawBuilder, sql } from "kysely";
import type { Lease } from "../leases/claim-task.ts";
import { changeHeld } from "../leases/held-task.ts";
import { type Database, query, raw, type Reader } from "../store/database.ts";

/** Bytes that lie on the disk and wait for their delivery. */
export async function waitingBytes(database: Reader): Promise<number> {
  const row = await database.get(query.selectFrom("counters").select("value").where("name", "=", "waiting_bytes"));
  return row?.value ?? 0;
}

/** What a download takes on the disk in all: the next attempt knows it before it begins. */
export async function noteExpectedBytes(database: Database, lease: Lease, expectedBytes: number): Promise<void> {
  await database.write(async (transaction) => {
    await changeHeld(transaction, lease, { expected_bytes: Math.round(expectedBytes) });
  }, false);
}

/** The tasks that wait for room: how many they are, and the least that one of them wants; undefined where none waits. */
export async function waitingForSpace(database: Reader): Promise<{ count: number; leastBytes: number } | undefined> {
  const row = await database.get(raw(countWaiting()));
  return row === undefined || row.least === null ? undefined : { count: row.count, leastBytes: row.least };
}

/**
 * There is room: of the tasks that wait for it and for which it is enough, the one that is first in line is due now.
 * A large one blocks no smaller one behind it.
 */
export async function makeDueIfFits(database: Database, roomBytes: number, now: number): Promise<boolean> {
  if ((await database.get(raw(firstThatFits(roomBytes)))) === undefined) return false;
  return await database.write(async (transaction) => {
    const first = await transaction.get(raw(firstThatFits(roomBytes)));
    if (first === undefined) return false;
    await transaction.run(
      query.updateTable("tasks").set({ not_before: null, updated_at: now }).where("seq", "=", first.seq),
    );
    return true;
  });
}

/** The condition of the index: it has none but those that wait. */
const waits = sql`state = 'QUEUED' AND not_before IS NOT NULL AND required_free_bytes IS NOT NULL`;

function countWaiting(): RawBuilder<{ count: number; least: number | null }> {
  return sql`SELECT count(*) AS count, min(required_free_bytes) AS least FROM tasks INDEXED BY tasks_waiting_for_space
    WHERE ${waits}`;
}

function firstThatFits(roomBytes: number): RawBuilder<{ seq: number }> {
  return sql`SELECT seq FROM tasks INDEXED BY tasks_waiting_for_space
    WHERE ${waits} AND required_free_bytes <= ${roomBytes} ORDER BY rank, seq LIMIT 1`;
}
