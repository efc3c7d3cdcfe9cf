import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { type Database, query, raw } from "../table/database.ts";
import { failureColumns, type FailureFacts } from "../task/failure-facts.ts";

/**
 * Ends what has waited for its delivery since before a time, and is in nobody's hands. The number of tasks.
 *
 * The picture has no edge from READY_TO_SEND to FAILED: they are taken on and given up in one go.
 */
export async function giveUpDelivery(
  database: Database,
  readyBefore: number,
  failure: FailureFacts,
  now: number,
): Promise<number> {
  return await database.write((transaction) => {
    const token = randomUUID();
    const taken = transaction.run(
      // INDEXED BY, since without statistics the planner reads all that wait.
      raw(sql`
        UPDATE tasks INDEXED BY tasks_undelivered
        SET state = 'SENDING', owner = ${token}, process_id = ${token}, not_before = NULL
        WHERE state = 'READY_TO_SEND' AND ready_at <= ${readyBefore}`),
    );
    if (taken > 0)
      transaction.run(
        query
          .updateTable("tasks")
          .set({
            state: "FAILED",
            owner: null,
            process_id: null,
            ...failureColumns(failure),
            finished_at: now,
            updated_at: now,
          })
          .where("process_id", "=", token),
      );
    return taken;
  });
}
