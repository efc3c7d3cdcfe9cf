import type { MessageInitShape } from "@bufbuild/protobuf";
import { cleanHistory as clean } from "@dwld/queue";
import type { CleanHistoryRequest, CleanHistoryResponseSchema } from "@dwld/rpc";
import { checkRequest, cleanHistoryRules } from "../request-rules.ts";
import type { ServiceContext } from "./context.ts";

export async function cleanHistory(
  context: ServiceContext,
  request: CleanHistoryRequest,
): Promise<MessageInitShape<typeof CleanHistoryResponseSchema>> {
  const { states, chatId, finishedBefore } = checkRequest(cleanHistoryRules, request);
  const count = await clean(
    context.database,
    {
      states,
      ...(chatId === undefined ? {} : { chatId }),
      ...(finishedBefore === undefined ? {} : { finishedBefore }),
    },
    context.now(),
  );
  context.logger.info({ count }, "history was forgotten");
  return { deletedCount: BigInt(count) };
}
