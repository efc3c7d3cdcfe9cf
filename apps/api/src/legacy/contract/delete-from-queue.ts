import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { deleteTask, findOpenTasks } from "@dwld/queue";
import { AddTaskRequestSchema } from "@dwld/rpc";
import type { ServiceContext } from "../../download-service/context.ts";
import type { TaskSources } from "../../messages/task-parts.ts";
import { type AddTaskRules, checkRequest } from "../../rules/request-rules.ts";
import type { DeleteFromQueueRequest, DeleteFromQueueResponseSchema } from "../gen/grpc/v1/downloader_pb.ts";
import { asAddTask, legacyChat } from "./request.ts";
import { queueMessages } from "./task-lists.ts";

/**
 * Deletes every task of the link that is not final. There are several if AddTask was called for it in several qualities
 * or folders without a chat. A link that is not in the queue is no error.
 */
export async function deleteFromQueue(
  context: TaskSources & Pick<ServiceContext, "now">,
  rules: AddTaskRules,
  { link: given }: DeleteFromQueueRequest,
): Promise<MessageInitShape<typeof DeleteFromQueueResponseSchema>> {
  const { database, now } = context;
  const { link } = checkRequest(rules, create(AddTaskRequestSchema, asAddTask({ link: given, userName: "" })));
  // Writes of one turn of the event loop share a transaction.
  await Promise.all(
    (await findOpenTasks(database, legacyChat, link)).map(({ id }) =>
      deleteTask(database, { id, scope: "all" }, false, now()),
    ),
  );
  return { linksInWork: await queueMessages(context) };
}
