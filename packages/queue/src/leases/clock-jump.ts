import { sql } from "kysely";
import { type Database, raw } from "../store/database.ts";

/** A clock that is set back by less is corrected; what waits then waits so much longer, and no more. */
const correctionMs = 60_000;

/** Notices that the wall clock was set back, by a clock that nobody can set. */
export class ClockWatch {
  #offsetMs = Infinity;

  /** Whether it was set back since the last look, or by little in many. At the first look nobody knows what was before: true. */
  wasSetBack(wallMs: number, monotonicMs: number): boolean {
    const offsetMs = wallMs - monotonicMs;
    const isBack = this.#offsetMs - offsetMs > correctionMs;
    if (isBack || offsetMs > this.#offsetMs) this.#offsetMs = offsetMs;
    return isBack;
  }
}

/**
 * Begins each wait anew that was written down at a time which has not come yet: the clock was set back since, and how
 * much of the wait is over cannot be told. So whatever the clock does, a wait lasts no longer than twice its length.
 *
 * A time that somebody asked for is no wait, and stays: that of a task which nobody has had in work yet.
 *
 * @returns how many began anew.
 */
export async function beginWaitsAnew(database: Database, now: number): Promise<number> {
  const future = now + correctionMs;
  return await database.write(async (transaction) => {
    const tasks = await transaction.run(
      raw(sql`
        UPDATE tasks INDEXED BY tasks_deferred SET not_before = not_before - (updated_at - ${now}), updated_at = ${now}
        WHERE not_before IS NOT NULL AND updated_at > ${future}
          AND (failure_class IS NOT NULL OR updated_at <> created_at)`),
    );
    const pauses = await transaction.run(
      raw(sql`
        UPDATE sites SET paused_until = paused_until - (paused_at - ${now}), paused_at = ${now}
        WHERE paused_at > ${future}`),
    );
    const starts = await transaction.run(
      raw(sql`UPDATE sites SET started_at = ${now} WHERE started_at > ${future} AND start_interval_ms > 0`),
    );
    return tasks + pauses + starts;
  });
}
