import type { MessageInitShape } from "@bufbuild/protobuf";
import { attemptsOf, filesOf, findTask } from "@dwld/queue";
import type { GetTaskRequest, GetTaskResponseSchema } from "@dwld/rpc";
import { RefusalError } from "../errors.ts";
import { readProgress } from "../live-progress.ts";
import { checkRequest, idRules } from "../request-rules.ts";
import { partsOf } from "../task-parts.ts";
import { tellRow } from "../tell-row.ts";
import type { ServiceContext } from "./context.ts";

export async function getTask(
  context: ServiceContext,
  request: GetTaskRequest,
): Promise<MessageInitShape<typeof GetTaskResponseSchema>> {
  const { id } = checkRequest(idRules, request);
  const { database, cache } = context;
  const row = findTask(database, id);
  if (row === undefined) throw new RefusalError({ refused: "not_found" }, id);
  const attempts = attemptsOf(database, row.seq);
  const files = filesOf(database, [row.seq]);
  const progress = await readProgress(cache, [row]);
  const parts = { ...partsOf(context, [row])(row), attempts, files, progress: progress.get(id) };
  return { task: tellRow(context.logger, row, parts) };
}
