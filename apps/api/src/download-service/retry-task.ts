import type { MessageInitShape } from "@bufbuild/protobuf";
import { findTask, isRefusal, logFacts, retryTask as retry } from "@dwld/queue";
import type { RetryTaskRequest, RetryTaskResponseSchema } from "@dwld/rpc";
import { RefusalError } from "../rules/errors.ts";
import { checkRequest, idRules } from "../rules/request-rules.ts";
import type { Asking } from "./add-task.ts";
import type { ServiceContext } from "./context.ts";
import { type MessageSources, toTaskMessage } from "../messages/task-messages.ts";

/** Starts a task again. That counts as a link of its chat: it can make the same downloads. */
export async function retryTask(
  context: MessageSources & Pick<ServiceContext, "limits" | "logger" | "now">,
  { caller, viewer: { scope } }: Pick<Asking, "caller" | "viewer">,
  request: RetryTaskRequest,
): Promise<MessageInitShape<typeof RetryTaskResponseSchema>> {
  const { id } = checkRequest(idRules, request);
  const { database, limits, now } = context;
  const known = await findTask(database, id, scope);
  const result = await limits.noting(async () => {
    if (known !== undefined) limits.begin(caller)(known.chat_id);
    return await retry(database, { id, scope }, now(), limits.allowanceOf(caller));
  });
  if (isRefusal(result)) throw new RefusalError(result, id);
  context.logger.info(logFacts(result), "a task is tried again");
  return { task: await toTaskMessage(context, result) };
}
