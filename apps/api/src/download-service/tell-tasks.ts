import type { TaskRow } from "@dwld/queue";
import type { Task } from "@dwld/rpc";
import { readProgress } from "../live-progress.ts";
import { partsOf } from "../task-parts.ts";
import { tellRow } from "../tell-row.ts";
import type { ServiceContext } from "./context.ts";

type Sources = Pick<ServiceContext, "database" | "cache" | "boundsOf" | "waits" | "logger">;

/** Rows as messages, with the progress of those in work and the files of those that are done. */
export async function tellTasks(sources: Sources, rows: readonly TaskRow[]): Promise<Task[]> {
  const progress = await readProgress(sources.cache, rows);
  const parts = partsOf(sources, rows);
  return rows.map((row) => tellRow(sources.logger, row, { ...parts(row), progress: progress.get(row.id) }));
}

export async function tellTask(sources: Sources, row: TaskRow): Promise<Task> {
  const [task] = await tellTasks(sources, [row]);
  return task ?? tellRow(sources.logger, row);
}
