import type { MessageInitShape } from "@bufbuild/protobuf";
import { finalStates, forgetTasks } from "@dwld/queue";
import type { ServiceContext } from "../../download-service/context.ts";
import type { CleanHistoryResponseSchema } from "../gen/grpc/v1/downloader_pb.ts";
import { withinAnswerSize, newestTasks, oldestFirst } from "./task-lists.ts";

/**
 * Forgets what is over, and tells what that was. No more is forgotten than one answer can tell: what is left, the
 * older tasks of a long history, goes with the next call.
 */
export async function cleanHistory(
  context: ServiceContext,
): Promise<MessageInitShape<typeof CleanHistoryResponseSchema>> {
  const { database, now } = context;
  const over = await withinAnswerSize(context, await newestTasks(database, finalStates));
  const forgotten = new Set(
    await forgetTasks(
      database,
      over.map(({ row }) => row.id),
      now(),
    ),
  );
  return { history: oldestFirst(over.filter(({ row }) => forgotten.has(row.id))) };
}
