import type { MessageInitShape } from "@bufbuild/protobuf";
import { attemptsOf, filesOf, findTask } from "@dwld/queue";
import type { GetTaskRequest, GetTaskResponseSchema } from "@dwld/rpc";
import { RefusalError } from "../errors.ts";
import { readProgress } from "../live-progress.ts";
import { checkRequest, idRules } from "../rules/request-rules.ts";
import { readTaskParts } from "../messages/task-parts.ts";
import { taskMessageOrStub } from "../messages/task-message-or-stub.ts";
import type { ServiceContext } from "./context.ts";

export async function getTask(
  context: ServiceContext,
  request: GetTaskRequest,
): Promise<MessageInitShape<typeof GetTaskResponseSchema>> {
  const { id } = checkRequest(idRules, request);
  const { database, cache } = context;
  const row = await findTask(database, id);
  if (row === undefined) throw new RefusalError({ refused: "not_found" }, id);
  const attempts = await attemptsOf(database, row.seq);
  const files = await filesOf(database, [row.seq]);
  const progress = await readProgress(cache, [row]);
  const parts = { ...(await readTaskParts(context, [row]))(row), attempts, files, progress: progress.get(id) };
  return { task: taskMessageOrStub(context.logger, row, parts) };
}
