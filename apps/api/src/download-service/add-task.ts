import type { MessageInitShape } from "@bufbuild/protobuf";
import { addTask as storeTask, logFacts, siteOf } from "@dwld/queue";
import type { AddTaskRequest, AddTaskResponseSchema } from "@dwld/rpc";
import { type AddTaskRules, checkRequest } from "../request-rules.ts";
import type { ServiceContext } from "./context.ts";
import { tellTask } from "./tell-tasks.ts";

/** On disk before the answer. Two equal requests at once make one task, of which the second is told. */
export async function addTask(
  context: ServiceContext,
  rules: AddTaskRules,
  request: AddTaskRequest,
): Promise<MessageInitShape<typeof AddTaskResponseSchema>> {
  const now = context.now();
  const { startAfter, requestId, ...wanted } = checkRequest(rules, request);
  const { task, how } = await storeTask(
    context.database,
    {
      ...wanted,
      site: siteOf(wanted.link, context.sites),
      ...(startAfter === undefined ? {} : { startAfter }),
      ...(requestId === undefined ? {} : { requestId }),
    },
    now,
  );
  context.logger.info({ ...logFacts(task), link: task.link, how }, "a task was asked for");
  return { task: await tellTask(context, task), joined: how === "joined" };
}
