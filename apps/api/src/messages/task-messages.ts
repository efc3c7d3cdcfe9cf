import type { TaskRow } from "@dwld/queue";
import type { Task } from "@dwld/rpc";
import { readProgress } from "../live-progress.ts";
import { readTaskParts } from "./task-parts.ts";
import { taskMessageOrStub } from "./task-message-or-stub.ts";
import type { ServiceContext } from "../download-service/context.ts";

type Sources = Pick<ServiceContext, "database" | "cache" | "boundsOf" | "waits" | "logger">;

/** Rows as messages, with the progress of those in work and the files of those that are done. */
export async function toTaskMessages(sources: Sources, rows: readonly TaskRow[]): Promise<Task[]> {
  const progress = await readProgress(sources.cache, rows);
  const parts = await readTaskParts(sources, rows);
  return rows.map((row) => taskMessageOrStub(sources.logger, row, { ...parts(row), progress: progress.get(row.id) }));
}

export async function toTaskMessage(sources: Sources, row: TaskRow): Promise<Task> {
  const [task] = await toTaskMessages(sources, [row]);
  return task ?? taskMessageOrStub(sources.logger, row);
}
