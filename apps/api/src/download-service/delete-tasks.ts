import type { MessageInitShape } from "@bufbuild/protobuf";
import { deletion, type Scope } from "@dwld/queue";
import type { DeleteTasksRequest, DeleteTasksResponseSchema } from "@dwld/rpc";
import type { FailedCall } from "../rules/errors.ts";
import { type ChangeContext, changeMany } from "./change-many.ts";

export async function deleteTasks(
  context: ChangeContext,
  scope: Scope,
  request: DeleteTasksRequest,
  call: FailedCall,
): Promise<MessageInitShape<typeof DeleteTasksResponseSchema>> {
  const change = deletion(request.deleteFiles);
  const { count, refusals } = await changeMany(context, { change, scope }, request, call);
  return { deletedCount: count, refusals };
}
