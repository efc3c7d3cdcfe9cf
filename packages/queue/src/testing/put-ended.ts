import { type Database, fixed } from "../store/database.ts";

/** Hour, chat, site, class of failure, number of tasks, bytes: see `EndedTasksRow`. */
export type Ended = readonly [number, string, string, string, number, number];

/** Adds counts of tasks that ended, as the table's trigger would. */
export async function putEnded(database: Database, rows: readonly Ended[]): Promise<void> {
  await database.write(async (transaction) => {
    for (const row of rows) await transaction.run(fixed(addition, ...row));
  });
}

const addition = `
  INSERT INTO ended_tasks VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (hour, chat_id, site, failure_class)
  DO UPDATE SET tasks = ended_tasks.tasks + excluded.tasks, bytes = ended_tasks.bytes + excluded.bytes`;
