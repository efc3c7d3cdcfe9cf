import type { MessageInitShape } from "@bufbuild/protobuf";
import { isRefusal, logFacts, type RetryLimits, retryTask as retry } from "@dwld/queue";
import type { RetryTaskRequest, RetryTaskResponseSchema } from "@dwld/rpc";
import { RefusalError } from "../rules/errors.ts";
import type { Caller } from "../limits/caller.ts";
import type { Limits } from "../limits/limits.ts";
import { checkRequest, idRules } from "../rules/request-rules.ts";
import type { Asking } from "./add-task.ts";
import type { ServiceContext } from "./context.ts";
import { type MessageSources, toTaskMessage } from "../messages/task-messages.ts";

/** Returns the limits of one call: each task that it starts again counts as a link of its chat, with the same downloads. */
export function retryLimits(limits: Limits, caller: Caller): RetryLimits {
  const count = limits.begin(caller);
  return { allowance: limits.allowanceOf(caller), admit: ({ chat_id }) => count(chat_id) };
}

/** Starts a task again. */
export async function retryTask(
  context: MessageSources & Pick<ServiceContext, "limits" | "logger" | "now">,
  { caller, viewer: { scope } }: Pick<Asking, "caller" | "viewer">,
  request: RetryTaskRequest,
): Promise<MessageInitShape<typeof RetryTaskResponseSchema>> {
  const { id } = checkRequest(idRules, request);
  const { database, limits, now } = context;
  const result = await limits.noting(
    async () => await retry(database, { id, scope }, now(), retryLimits(limits, caller)),
  );
  if (isRefusal(result)) throw new RefusalError(result, id);
  context.logger.info(logFacts(result), "a task is tried again");
  return { task: await toTaskMessage(context, result) };
}
