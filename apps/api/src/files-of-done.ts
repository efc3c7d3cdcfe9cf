import { type Database, type FileRow, filesOf, type TaskRow } from "@dwld/queue";

/** The files of those that are done, by the task's `seq`. */
export function filesOfDone(database: Database, rows: readonly TaskRow[]): Map<number, FileRow[]> {
  const done = rows.filter(({ state }) => state === "DONE").map(({ seq }) => seq);
  return Map.groupBy(filesOf(database, done), ({ task_seq }) => task_seq);
}
