import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type AddedTask, type Database, findOpenTasks, insertTask, type TaskRequest } from "@dwld/queue";
import { AddTaskRequestSchema } from "@dwld/rpc";
import { addTask } from "../../download-service/add-task.ts";
import type { ServiceContext } from "../../download-service/context.ts";
import type { AddTaskRules } from "../../rules/request-rules.ts";
import type { SetToQueueRequest, SetToQueueResponseSchema } from "../gen/grpc/v1/downloader_pb.ts";
import { asAddTask } from "./request.ts";
import { queueMessages } from "./task-lists.ts";

/** AddTask, unless the link is in the queue, and then what is: the link that was asked for is always among it. */
export async function setToQueue(
  context: ServiceContext,
  rules: AddTaskRules,
  request: SetToQueueRequest,
): Promise<MessageInitShape<typeof SetToQueueResponseSchema>> {
  const { task } = await addTask(context, rules, create(AddTaskRequestSchema, asAddTask(request)), joinLink);
  return { linksInWork: await queueMessages(context, task?.id) };
}

/**
 * In the first dwld a link was unique: while it is not over it is joined, in whatever quality or folder it is asked for
 * again. One transaction looks and inserts, so that two calls at once make one task.
 */
async function joinLink(database: Database, request: TaskRequest, now: number): Promise<AddedTask> {
  return await database.write(async (transaction) => {
    const [open] = await findOpenTasks(transaction, request.chatId, request.link);
    return open === undefined ? await insertTask(transaction, request, now) : { task: open, how: "joined" };
  });
}
