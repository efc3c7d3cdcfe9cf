import { type Database, fixed } from "../store/database.ts";

/** Hour, chat, site, class of failure, number of tasks, bytes, stage, user, milliseconds: see `EndedTasksRow`. */
export type Ended = readonly [number, string, string, string, number, number, string?, string?, number?];

/** Adds counts of tasks that ended, as the table's trigger would. */
export async function putEnded(database: Database, rows: readonly Ended[]): Promise<void> {
  await database.write(async (transaction) => {
    for (const [hour, chat, site, failureClass, tasks, bytes, stage = "", user = "", ms = 0] of rows)
      await transaction.run(fixed(addition, hour, chat, site, failureClass, stage, user, tasks, bytes, ms));
  });
}

const addition = `
  INSERT INTO ended_tasks (hour, chat_id, site, failure_class, stage, user_name, tasks, bytes, duration_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (hour, chat_id, site, failure_class, stage, user_name)
  DO UPDATE SET tasks = ended_tasks.tasks + excluded.tasks, bytes = ended_tasks.bytes + excluded.bytes,
    duration_ms = ended_tasks.duration_ms + excluded.duration_ms`;
