import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type AddedTask,
  type Allowance,
  type Database,
  findOpenTasks,
  insertTask,
  type TaskRequest,
} from "@dwld/queue";
import { AddTaskRequestSchema } from "@dwld/rpc";
import { addTask, type AddTaskContext, type Asking } from "../../download-service/add-task.ts";
import type { SetToQueueRequest, SetToQueueResponseSchema } from "../gen/grpc/v1/downloader_pb.ts";
import { asAddTask } from "./request.ts";
import { queueMessages } from "./task-lists.ts";

/** Adds a link unless it is in the queue, and answers with the queue, which always includes the link. */
export async function setToQueue(
  context: AddTaskContext,
  asking: Asking,
  request: SetToQueueRequest,
): Promise<MessageInitShape<typeof SetToQueueResponseSchema>> {
  const { task } = await addTask(context, asking, create(AddTaskRequestSchema, asAddTask(request)), joinLink);
  return { linksInWork: await queueMessages(context, task?.id) };
}

/**
 * Joins a link that is not final, in any quality and folder, since links were unique in the first dwld. One transaction
 * finds and inserts, so that two concurrent calls make one task.
 */
async function joinLink(
  database: Database,
  request: TaskRequest,
  now: number,
  allowance?: Allowance,
): Promise<AddedTask> {
  return await database.write(async (transaction) => {
    const [open] = await findOpenTasks(transaction, request.chatId, request.link);
    return open === undefined ? await insertTask(transaction, request, now, allowance) : { task: open, how: "joined" };
  });
}
