import { create } from "@bufbuild/protobuf";
import type { Logger } from "@dwld/daemon";
import { logFacts, type TaskRow } from "@dwld/queue";
import { type Task, TaskSchema, TaskState } from "@dwld/rpc";
import { localizedTexts } from "./localized-text.ts";
import { taskMessage, type TaskParts } from "./task-message.ts";
import { wireTime } from "./wire-values.ts";

/** Converts a row, or returns a stub of it if that fails, so that the rest of a list is answered. */
export function taskMessageOrStub(logger: Pick<Logger, "error">, row: TaskRow, parts: TaskParts = {}): Task {
  try {
    return taskMessage(row, parts);
  } catch (error) {
    logger.error({ err: error, ...logFacts(row) }, "a task's row cannot be read; only a stub of it is answered");
    return taskStub(row);
  }
}

/** Converts the columns that need no parsing. */
function taskStub(row: TaskRow): Task {
  return create(TaskSchema, {
    id: row.id,
    link: row.link,
    site: row.site,
    state: TaskState[row.state],
    chatId: row.chat_id,
    userName: row.user_name,
    folder: row.folder,
    title: row.title,
    createTime: wireTime(row.created_at),
    updateTime: wireTime(row.updated_at),
    remark: localizedTexts({
      en: "Not all of this task can be read; the log of dwld's api says why.",
      ru: "Прочитать удалось не всю задачу; причина записана в журнале api.",
    }),
  });
}
