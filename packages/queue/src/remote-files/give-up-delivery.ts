import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { transition } from "../store/transition.ts";
import { failureColumns, type FailureFacts } from "../tasks/failure-facts.ts";

/**
 * Fails the tasks that have waited for their delivery since before a time and that nobody holds. Returns their number.
 */
export async function giveUpDelivery(
  database: Database,
  readyBefore: number,
  failure: FailureFacts,
  now: number,
): Promise<number> {
  return await database.write(
    async (transaction) =>
      await transition(
        transaction,
        // Without statistics, the planner would read all tasks that wait.
        { where: sql<boolean>`ready_at <= ${readyBefore}`, from: "READY_TO_SEND", index: "tasks_undelivered" },
        "failed",
        { ...failureColumns(failure), updated_at: now },
      ),
  );
}
