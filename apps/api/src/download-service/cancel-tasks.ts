import type { MessageInitShape } from "@bufbuild/protobuf";
import { cancellation, keptEnd, type Scope } from "@dwld/queue";
import type { CancelTasksRequest, CancelTasksResponseSchema } from "@dwld/rpc";
import type { FailedCall } from "../rules/errors.ts";
import { type ChangeContext, changeMany } from "./change-many.ts";

export async function cancelTasks(
  context: ChangeContext,
  scope: Scope,
  request: CancelTasksRequest,
  call: FailedCall,
): Promise<MessageInitShape<typeof CancelTasksResponseSchema>> {
  const change = request.keep ? keptEnd : cancellation;
  const { count, refusals } = await changeMany(context, { change, scope }, request, call);
  return { canceledCount: count, refusals };
}
