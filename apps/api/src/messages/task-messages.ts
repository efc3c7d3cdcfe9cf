import type { Logger } from "@dwld/daemon";
import type { TaskRow } from "@dwld/queue";
import type { Task } from "@dwld/rpc";
import { type ProgressReader, readProgress } from "./live-progress.ts";
import type { TaskParts } from "./task-message.ts";
import { taskMessageOrStub } from "./task-message-or-stub.ts";
import { readTaskParts, type TaskSources } from "./task-parts.ts";

export type MessageSources = TaskSources & {
  readonly cache: ProgressReader;
  readonly logger: Pick<Logger, "error">;
};

/** Converts rows, with the progress of tasks in work and the files of tasks that are done. */
export async function toTaskMessages(sources: MessageSources, rows: readonly TaskRow[]): Promise<Task[]> {
  const progress = await readProgress(sources.cache, rows);
  const parts = await readTaskParts(sources, rows);
  return rows.map((row) => taskMessageOrStub(sources.logger, row, { ...parts(row), progress: progress.get(row.id) }));
}

/** Converts a row. @param further parts that are read for a single task only. */
export async function toTaskMessage(sources: MessageSources, row: TaskRow, further: TaskParts = {}): Promise<Task> {
  const progress = await readProgress(sources.cache, [row]);
  const parts = await readTaskParts(sources, [row]);
  return taskMessageOrStub(sources.logger, row, { ...parts(row), progress: progress.get(row.id), ...further });
}
