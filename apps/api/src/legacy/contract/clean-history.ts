import type { MessageInitShape } from "@bufbuild/protobuf";
import { finalStates, forgetTasks } from "@dwld/queue";
import type { ServiceContext } from "../../download-service/context.ts";
import type { TaskSources } from "../../messages/task-parts.ts";
import type { CleanHistoryResponseSchema } from "../gen/grpc/v1/downloader_pb.ts";
import { withinAnswerSize, newestTasks, oldestFirst } from "./task-lists.ts";

/**
 * Forgets final tasks, and answers with them. It forgets only as many as one answer holds; the rest, the older ones, go
 * with the next call.
 */
export async function cleanHistory(
  context: TaskSources & Pick<ServiceContext, "now">,
): Promise<MessageInitShape<typeof CleanHistoryResponseSchema>> {
  const { database, now } = context;
  const final = await withinAnswerSize(context, await newestTasks(database, finalStates));
  const forgotten = new Set(
    await forgetTasks(
      database,
      final.map(({ row }) => row.id),
      now(),
    ),
  );
  return { history: oldestFirst(final.filter(({ row }) => forgotten.has(row.id))) };
}
