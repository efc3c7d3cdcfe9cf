import type { Refusal, TaskName } from "./cancel-task.ts";
import { type Database, query } from "../store/database.ts";
import { findTask } from "./list-tasks.ts";
import type { TaskRow } from "../store/schema.ts";
import { parseOptions, recordsLive } from "@dwld/options";

/**
 * Asks the owner of a live stream's recording to end it and to keep what was recorded: aborts its work's `finish`, and
 * the download goes on as if the stream had ended. Refused as `not_recording` if nothing is being recorded.
 */
export async function finishRecording(
  database: Database,
  { id, scope }: TaskName,
  now: number,
): Promise<TaskRow | Refusal> {
  return await database.write(async (transaction) => {
    const task = await findTask(transaction, id, scope);
    if (task === undefined) return { refused: "not_found" };
    if (task.state !== "DOWNLOADING" || !recordsLive(parseOptions(task))) return { refused: "not_recording", task };
    transaction.tell("leases");
    await transaction.run(
      query.updateTable("tasks").set({ finish_requested: 1, updated_at: now }).where("seq", "=", task.seq),
    );
    return (await findTask(transaction, id, scope)) ?? { refused: "not_found" };
  });
}
