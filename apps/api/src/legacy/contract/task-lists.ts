import { toBinary } from "@bufbuild/protobuf";
import { type Database, type FileRow, filesOf, findTask, listTasks, type TaskRow, type TaskState } from "@dwld/queue";
import type { TaskSources } from "../../messages/task-parts.ts";
import { type Task as LegacyTask, TaskSchema as LegacyTaskSchema } from "../gen/grpc/v1/downloader_pb.ts";
import { legacyTask } from "./messages.ts";
import { legacyChat } from "./request.ts";

/** This contract has no pages, and gRPC's own clients refuse answers above 4 MB: older tasks are not listed. */
const maxListed = 1000;
const maxAnswerBytes = 3_000_000;

/** Returns the newest tasks of this contract in some states, newest first. */
export async function newestTasks(
  database: Database,
  states: readonly TaskState[],
  limit = maxListed,
): Promise<TaskRow[]> {
  return await listTasks(database, { scope: "all", states, chatId: legacyChat }, { limit });
}

/**
 * Returns all tasks that are not final, or the newest of them if there are too many. Tasks in work come before waiting ones.
 *
 * @param id of a task that is listed in any case.
 */
export async function queueMessages(sources: TaskSources, id?: string): Promise<LegacyTask[]> {
  const { database } = sources;
  const asked = id === undefined ? undefined : await findTask(database, id, "all");
  const inWork = await newestTasks(database, ["DOWNLOADING", "READY_TO_SEND", "SENDING"]);
  const waiting = await newestTasks(database, ["QUEUED"], maxListed - inWork.length);
  const others = [...inWork, ...waiting].filter((row) => row.id !== id);
  return oldestFirst(await withinAnswerSize(sources, asked === undefined ? others : [asked, ...others]));
}

export type ListedTask = { row: TaskRow; task: LegacyTask };

/** Converts as many rows, from the first on, as one answer holds. */
export async function withinAnswerSize(
  { database, waits }: TaskSources,
  rows: readonly TaskRow[],
): Promise<ListedTask[]> {
  const files = await filesByTask(database, rows);
  const waitOf = await waits.begin(rows);
  const tasks = rows.map((row) => ({
    row,
    task: legacyTask(row, { files: files.get(row.seq) ?? [], wait: waitOf(row) }),
  }));
  return takeWithinSize(tasks, ({ task }) => toBinary(LegacyTaskSchema, task).length);
}

/** Returns as many items, from the first on, as one answer holds. */
export function takeWithinSize<Item>(items: readonly Item[], bytesOf: (item: Item) => number): Item[] {
  let bytes = 0;
  const end = items.findIndex((item) => (bytes += bytesOf(item)) > maxAnswerBytes);
  return items.slice(0, end < 0 ? items.length : end);
}

/** Returns the messages, oldest first. */
export function oldestFirst(tasks: readonly ListedTask[]): LegacyTask[] {
  return tasks.toSorted((a, b) => a.row.seq - b.row.seq).map(({ task }) => task);
}

/** Returns the files of tasks, by the `seq` of their task. */
export async function filesByTask(database: Database, rows: readonly TaskRow[]): Promise<Map<number, FileRow[]>> {
  const files = await filesOf(
    database,
    rows.filter(({ state }) => state !== "QUEUED").map(({ seq }) => seq),
  );
  return Map.groupBy(files, ({ task_seq }) => task_seq);
}
