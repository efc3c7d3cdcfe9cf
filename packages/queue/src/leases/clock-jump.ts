import { minuteMs } from "@dwld/timing";
import { sql } from "kysely";
import { type Database, raw } from "../store/database.ts";

/** A clock that is set back by less than this was corrected: what waits then waits that much longer, and no more. */
const correctionMs = minuteMs;

/** Notices that the wall clock was set back, by comparing it with the monotonic clock. */
export class ClockWatch {
  #offsetMs = Infinity;

  /**
   * Returns whether the clock was set back since the last call, at once or little by little. The first call returns
   * true, since nobody knows what was before.
   */
  wasSetBack(wallMs: number, monotonicMs: number): boolean {
    const offsetMs = wallMs - monotonicMs;
    const isBack = this.#offsetMs - offsetMs > correctionMs;
    if (isBack || offsetMs > this.#offsetMs) this.#offsetMs = offsetMs;
    return isBack;
  }
}

/**
 * Begins each wait anew that was stored at a time which lies ahead: the clock was set back since, and how much of the
 * wait is over is unknown. So whatever the clock does, a wait lasts no longer than twice its length.
 *
 * A start time that a person asked for is not such a wait and stays: that of a task that no process has had in work
 * yet.
 *
 * @returns the number of waits that began anew.
 */
export async function beginWaitsAnew(database: Database, now: number): Promise<number> {
  const future = now + correctionMs;
  return await database.write(async (transaction) => {
    transaction.tell("downloads", "deliveries");
    const tasks = await transaction.run(
      raw(sql`
        UPDATE tasks INDEXED BY tasks_deferred SET not_before = not_before - (updated_at - ${now}),
          due_at = not_before - (updated_at - ${now}), updated_at = ${now}
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
