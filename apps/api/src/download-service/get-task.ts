import type { MessageInitShape } from "@bufbuild/protobuf";
import { addressesOf, attemptsOf, filesOf, findTask, type Scope } from "@dwld/queue";
import type { GetTaskRequest, GetTaskResponseSchema } from "@dwld/rpc";
import { type MessageSources, toTaskMessage } from "../messages/task-messages.ts";
import { RefusalError } from "../rules/errors.ts";
import { checkRequest, idRules } from "../rules/request-rules.ts";

export async function getTask(
  sources: MessageSources,
  scope: Scope,
  request: GetTaskRequest,
): Promise<MessageInitShape<typeof GetTaskResponseSchema>> {
  const { id } = checkRequest(idRules, request);
  const { database } = sources;
  const row = await findTask(database, id, scope);
  if (row === undefined) throw new RefusalError({ refused: "not_found" }, id);
  const attempts = await attemptsOf(database, row.seq);
  const addresses = await addressesOf(database, row.seq);
  // `toTaskMessage` itself reads the files of a task that is done, since lists show them, too.
  const further =
    row.state === "DONE" ? { attempts, addresses } : { attempts, addresses, files: await filesOf(database, [row.seq]) };
  return { task: await toTaskMessage(sources, row, further) };
}
