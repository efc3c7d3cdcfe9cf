import { type Database, type FileRow, filesOf, shortIds, type TaskRow } from "@dwld/queue";
import type { LocalFiles } from "../machine/local-files.ts";
import type { WaitReader } from "../wait/wait-reader.ts";
import type { TaskBounds } from "./task-bounds.ts";
import type { TaskParts } from "./task-message.ts";

export type TaskSources = {
  readonly database: Database;
  readonly boundsOf: (row: TaskRow) => TaskBounds;
  readonly localFiles: Pick<LocalFiles, "isHere">;
  readonly waits: WaitReader;
};

/** Reads the facts of some tasks that are not in their rows, and returns a function for those of each task. */
export async function readTaskParts(
  { database, boundsOf, localFiles, waits }: TaskSources,
  rows: readonly TaskRow[],
): Promise<(row: TaskRow) => TaskParts> {
  const waitOf = await waits.begin(rows);
  const short = await shortIds(
    database,
    rows.map(({ seq }) => seq),
  );
  const files = await filesOfDone(database, rows);
  return (row) => ({
    shortId: short.get(row.seq) ?? row.id,
    wait: waitOf(row),
    files: files.get(row.seq) ?? [],
    bounds: boundsOf(row),
    isHere: (file) => localFiles.isHere(file),
  });
}

/** Returns the files of tasks that are done, by the `seq` of their task. */
async function filesOfDone(database: Database, rows: readonly TaskRow[]): Promise<Map<number, FileRow[]>> {
  const done = rows.filter(({ state }) => state === "DONE").map(({ seq }) => seq);
  return Map.groupBy(await filesOf(database, done), ({ task_seq }) => task_seq);
}
