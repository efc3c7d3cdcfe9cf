import type { MessageInitShape } from "@bufbuild/protobuf";
import { searchTasks, type Scope } from "@dwld/queue";
import type { ListTasksRequest, ListTasksResponseSchema } from "@dwld/rpc";
import { readPageToken, writePageToken } from "../rules/page-token.ts";
import { checkRequest, listTasksRules } from "../rules/request-rules.ts";
import { type MessageSources, toTaskMessages } from "../messages/task-messages.ts";
import type { ServiceContext } from "./context.ts";

export async function listTasks(
  context: MessageSources & Pick<ServiceContext, "seal">,
  scope: Scope,
  request: ListTasksRequest,
): Promise<MessageInitShape<typeof ListTasksResponseSchema>> {
  const { filter, pageSize } = checkRequest(listTasksRules, request);
  const before = readPageToken(context.seal, request.pageToken, filter);
  // One row more than the page shows whether there is another page.
  const limit = pageSize + 1;
  const rows = await searchTasks(
    context.database,
    { scope, ...filter },
    before === undefined ? { limit } : { limit, before },
  );
  const page = rows.slice(0, pageSize);
  const last = page.at(-1);
  return {
    tasks: await toTaskMessages(context, page),
    nextPageToken: rows.length > pageSize && last !== undefined ? writePageToken(context.seal, last.seq, filter) : "",
  };
}
