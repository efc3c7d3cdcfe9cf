import type { Message, MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { LimitReachedError } from "@dwld/limits";
import { changeTasks, type Refusal, type Scope, type TaskChange } from "@dwld/queue";
import type { StatusSchema, TaskRefusalSchema, TaskSelection } from "@dwld/rpc";
import { statusOf } from "../rules/error-status.ts";
import { type FailedCall, RefusalError, ShuttingDownError, toConnectError } from "../rules/errors.ts";
import { checkRequest, selectionRules } from "../rules/request-rules.ts";
import { refuseUnknownFields } from "../rules/unknown-fields.ts";
import type { ServiceContext } from "./context.ts";

export type ChangeContext = Pick<ServiceContext, "database" | "limits" | "logger" | "now" | "stopping">;

type Request = Message & { readonly selection?: TaskSelection | undefined; readonly validateOnly: boolean };

type Changed = {
  count: bigint;
  refusals: MessageInitShape<typeof TaskRefusalSchema>[];
  limit?: MessageInitShape<typeof StatusSchema>;
};

/**
 * Changes the tasks that a request selects, or counts them. What was changed before the call is aborted, the server shuts
 * down or the table fails stays so: a repeated call changes the others.
 */
export async function changeMany(
  { database, limits, logger, now, stopping }: ChangeContext,
  { change, scope }: { change: TaskChange; scope: Scope },
  request: Request,
  call: FailedCall,
): Promise<Changed> {
  const { selection: given } = request;
  refuseUnknownFields({ "": request, selection: given, "selection.filter": given?.filter });
  const { selection } = checkRequest(selectionRules, request);
  const status = (refusal: Refusal | LimitReachedError, id: string) => {
    if (refusal instanceof LimitReachedError) limits.note(refusal.reached);
    const error = refusal instanceof LimitReachedError ? refusal : new RefusalError(refusal, id);
    return statusOf(toConnectError(error, logger, call));
  };
  const result: Changed = { count: 0n, refusals: [] };
  const options = { now, counts: request.validateOnly, signal: AbortSignal.any([call.signal, stopping]) };
  try {
    for await (const outcomes of changeTasks(database, change, { scope, ...selection }, options))
      for (const { id, refusal } of outcomes)
        if (refusal === undefined) result.count += 1n;
        else if ("ids" in selection) result.refusals.push({ id, error: status(refusal, id) });
        else if (refusal instanceof LimitReachedError) result.limit ??= status(refusal, id);
  } catch (error) {
    const ended = stopping.aborted && error === stopping.reason ? new ShuttingDownError() : error;
    throw options.counts || result.count === 0n ? ended : partly(result.count, toConnectError(ended, logger, call));
  } finally {
    if (!options.counts && result.count > 0n)
      logger.info({ method: call.method.name, count: Number(result.count) }, "tasks were changed together");
  }
  return result;
}

/** The error of a call that changed some tasks, since most messages say that nothing was changed. */
function partly(count: bigint, { rawMessage, code }: ConnectError): ConnectError {
  return new ConnectError(`${count} tasks were changed; as to the others: ${rawMessage}`, code);
}
