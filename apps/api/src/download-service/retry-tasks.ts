import type { MessageInitShape } from "@bufbuild/protobuf";
import { retrial } from "@dwld/queue";
import type { RetryTasksRequest, RetryTasksResponseSchema } from "@dwld/rpc";
import type { Asking } from "./add-task.ts";
import type { FailedCall } from "../rules/errors.ts";
import { type ChangeContext, changeMany } from "./change-many.ts";
import { retryLimits } from "./retry-task.ts";

export async function retryTasks(
  context: ChangeContext,
  { caller, viewer: { scope } }: Pick<Asking, "caller" | "viewer">,
  request: RetryTasksRequest,
  call: FailedCall,
): Promise<MessageInitShape<typeof RetryTasksResponseSchema>> {
  const change = retrial(retryLimits(context.limits, caller));
  const { count, ...rest } = await changeMany(context, { change, scope }, request, call);
  return { retriedCount: count, ...rest };
}
