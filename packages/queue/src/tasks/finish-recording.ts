import { type Database, query } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import { parseOptions, recordsLive } from "@dwld/options";
import { changeTask, type Refusal, type TaskChange, type TaskName } from "./task-change.ts";

/**
 * Asks the owner of a live stream's recording to end it and to keep what was recorded: aborts its work's `finish`, and
 * the download goes on as if the stream had ended. Refused as `not_recording` if nothing is being recorded.
 */
export const keptEnd: TaskChange = {
  states: ["DOWNLOADING"],
  order: "newest first",
  decide: async (_, task) => {
    if (task.state !== "DOWNLOADING" || !recordsLive(parseOptions(task))) return { refused: "not_recording", task };
    return async (transaction, now) => {
      transaction.tell("leases");
      await transaction.run(
        query.updateTable("tasks").set({ finish_requested: 1, updated_at: now }).where("seq", "=", task.seq),
      );
    };
  },
};

export async function finishRecording(database: Database, name: TaskName, now: number): Promise<TaskRow | Refusal> {
  return (await changeTask(database, keptEnd, name, now)) ?? { refused: "not_found" };
}
