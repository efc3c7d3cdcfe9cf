import type { MessageInitShape } from "@bufbuild/protobuf";
import { deleteTask as remove, isRefusal, type Scope } from "@dwld/queue";
import type { DeleteTaskRequest, DeleteTaskResponseSchema } from "@dwld/rpc";
import { RefusalError } from "../rules/errors.ts";
import { checkRequest, idRules } from "../rules/request-rules.ts";
import type { ServiceContext } from "./context.ts";

export async function deleteTask(
  context: Pick<ServiceContext, "database" | "logger" | "now">,
  scope: Scope,
  request: DeleteTaskRequest,
): Promise<MessageInitShape<typeof DeleteTaskResponseSchema>> {
  const { id } = checkRequest(idRules, request);
  const result = await remove(context.database, { id, scope }, request.deleteFiles, context.now());
  if (isRefusal(result)) throw new RefusalError(result, id);
  context.logger.info({ task_id: id, files_too: request.deleteFiles }, "a task was deleted");
  return {};
}
