import type { MessageInitShape } from "@bufbuild/protobuf";
import { cleanHistory as clean, countHistory, finalStates, type HistoryFilter, type Scope } from "@dwld/queue";
import { type CleanHistoryRequest, type CleanHistoryResponseSchema, TaskState } from "@dwld/rpc";
import { checkRequest, cleanHistoryRules } from "../rules/request-rules.ts";
import { refuseUnknownFields } from "../rules/unknown-fields.ts";
import type { ServiceContext } from "./context.ts";

export async function cleanHistory(
  { database, logger, now }: Pick<ServiceContext, "database" | "logger" | "now">,
  scope: Scope,
  request: CleanHistoryRequest,
): Promise<MessageInitShape<typeof CleanHistoryResponseSchema>> {
  refuseUnknownFields({ "": request });
  const { states, chatId, finishedBefore, validateOnly } = checkRequest(cleanHistoryRules, request);
  const filter: HistoryFilter = {
    scope,
    states,
    ...(chatId === undefined ? {} : { chatId }),
    ...(finishedBefore === undefined ? {} : { finishedBefore }),
  };
  const counts = validateOnly ? await countHistory(database, filter) : await clean(database, filter, now());
  const count = finalStates.reduce((sum, state) => sum + counts[state], 0);
  if (!validateOnly) logger.info({ count, chat: chatId ?? "every" }, "history was forgotten");
  return {
    deletedCount: BigInt(count),
    counts: finalStates
      .filter((state) => counts[state] > 0)
      .map((state) => ({ state: TaskState[state], count: BigInt(counts[state]) })),
  };
}
