import type { TaskRow } from "@dwld/queue";
import type { Task } from "@dwld/rpc";
import { readProgress } from "../live-progress.ts";
import { filesOfDone } from "../files-of-done.ts";
import { tellRow } from "../tell-row.ts";
import type { ServiceContext } from "./context.ts";

type Sources = Pick<ServiceContext, "database" | "cache" | "boundsOf" | "logger">;

/** Rows as messages, with the progress of those in work and the files of those that are done. */
export async function tellTasks(
  { database, cache, boundsOf, logger }: Sources,
  rows: readonly TaskRow[],
): Promise<Task[]> {
  const files = filesOfDone(database, rows);
  const progress = await readProgress(cache, rows);
  return rows.map((row) =>
    tellRow(logger, row, { progress: progress.get(row.id), files: files.get(row.seq) ?? [], bounds: boundsOf(row) }),
  );
}

export async function tellTask(sources: Sources, row: TaskRow): Promise<Task> {
  const [task] = await tellTasks(sources, [row]);
  return task ?? tellRow(sources.logger, row);
}
