import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AddTaskRequestSchema, type SetToQueueRequest, type SetToQueueResponseSchema } from "@dwld/rpc";
import { addTask } from "../download-service/add-task.ts";
import type { ServiceContext } from "../download-service/context.ts";
import type { AddTaskRules } from "../request-rules.ts";
import { asAddTask } from "./first-request.ts";
import { tellQueue } from "./task-lists.ts";

/** AddTask, and then what is in the queue: the link that was asked for is always among it. */
export async function setToQueue(
  context: ServiceContext,
  rules: AddTaskRules,
  request: SetToQueueRequest,
): Promise<MessageInitShape<typeof SetToQueueResponseSchema>> {
  const { task } = await addTask(context, rules, create(AddTaskRequestSchema, asAddTask(request)));
  return { linksInWork: tellQueue(context, task?.id) };
}
