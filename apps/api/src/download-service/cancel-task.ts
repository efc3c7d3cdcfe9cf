import type { MessageInitShape } from "@bufbuild/protobuf";
import { cancelTask as cancel, finishRecording, isRefusal, logFacts, type Scope } from "@dwld/queue";
import type { CancelTaskRequest, CancelTaskResponseSchema } from "@dwld/rpc";
import { RefusalError } from "../rules/errors.ts";
import { checkRequest, idRules } from "../rules/request-rules.ts";
import type { ServiceContext } from "./context.ts";
import { type MessageSources, toTaskMessage } from "../messages/task-messages.ts";

export async function cancelTask(
  context: MessageSources & Pick<ServiceContext, "logger" | "now">,
  scope: Scope,
  request: CancelTaskRequest,
): Promise<MessageInitShape<typeof CancelTaskResponseSchema>> {
  const { id } = checkRequest(idRules, request);
  const end = request.keep ? finishRecording : cancel;
  const result = await end(context.database, { id, scope }, context.now());
  if (isRefusal(result)) throw new RefusalError(result, id);
  context.logger.info(logFacts(result), request.keep ? "a recording is ended and kept" : "a task was canceled");
  return { task: await toTaskMessage(context, result) };
}
