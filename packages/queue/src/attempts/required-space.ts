import { type RawBuilder, sql } from "kysely";
import { type Host, isWithinReach } from "../hosts/host.ts";
import { type Database, query, raw, type Reader } from "../store/database.ts";

/** Returns the bytes of the files within the reach of a host that wait for their delivery. */
export async function waitingBytes(database: Reader, host: Host): Promise<number> {
  const sum = sql<{ bytes: number | null }>`
    SELECT CAST(sum(waiting_bytes) AS BIGINT) AS bytes FROM hosts WHERE ${isWithinReach(host)}`;
  return (await database.get(raw(sum)))?.bytes ?? 0;
}

/**
 * Returns the number of tasks that wait for disk space, and the least that one of them requires. Undefined if none
 * waits.
 */
export async function waitingForSpace(database: Reader): Promise<{ count: number; leastBytes: number } | undefined> {
  const row = await database.get(raw(countWaiting()));
  return row === undefined || row.least === null ? undefined : { count: row.count, leastBytes: row.least };
}

/**
 * Makes the first task in line due for which the free space of a host is enough. A large one does not block a smaller one
 * behind it. Another host that is faster and lacks the space puts it off again, which costs it a commit.
 */
export async function makeDueIfFits(database: Database, roomBytes: number, now: number): Promise<boolean> {
  if ((await database.get(raw(firstThatFits(roomBytes)))) === undefined) return false;
  return await database.write(async (transaction) => {
    const first = await transaction.get(raw(firstThatFits(roomBytes)));
    if (first === undefined) return false;
    transaction.tell("downloads");
    await transaction.run(
      query.updateTable("tasks").set({ not_before: null, due_at: now, updated_at: now }).where("seq", "=", first.seq),
    );
    return true;
  });
}

/** The condition of the index, which has only tasks that wait for space. */
const waits = sql`state = 'QUEUED' AND not_before IS NOT NULL AND required_free_bytes IS NOT NULL`;

function countWaiting(): RawBuilder<{ count: number; least: number | null }> {
  return sql`SELECT count(*) AS count, min(required_free_bytes) AS least FROM tasks INDEXED BY tasks_waiting_for_space
    WHERE ${waits}`;
}

/** The room comes of estimates, which may be fractions, and is Infinity if the disk cannot be read. */
function firstThatFits(roomBytes: number): RawBuilder<{ seq: number }> {
  const wholeBytes = Math.min(Math.floor(roomBytes), Number.MAX_SAFE_INTEGER);
  return sql`SELECT seq FROM tasks INDEXED BY tasks_waiting_for_space
    WHERE ${waits} AND required_free_bytes <= ${wholeBytes} ORDER BY rank, seq LIMIT 1`;
}
