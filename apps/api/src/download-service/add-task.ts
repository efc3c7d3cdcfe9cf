import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type AddedTask, addTask as storeTask, findKnown, logFacts, siteOf, type TaskRequest } from "@dwld/queue";
import { type AddTaskRequest, type AddTaskResponseSchema, TaskSchema } from "@dwld/rpc";
import { ReusedRequestIdError } from "../rules/errors.ts";
import { optionsMessage } from "../messages/option-message.ts";
import { type AddTaskRules, checkRequest } from "../rules/request-rules.ts";
import type { ServiceContext } from "./context.ts";
import { type MessageSources, toTaskMessage } from "../messages/task-messages.ts";

export type AddTaskContext = MessageSources & Pick<ServiceContext, "logger" | "now" | "pathOf" | "sites" | "stagesOf">;

type Response = MessageInitShape<typeof AddTaskResponseSchema>;

/**
 * Adds a task, which is on disk before the answer. A second equal request is answered with the same task.
 *
 * @param store makes a task of a checked request; another contract has another rule for equal requests.
 */
export async function addTask(
  context: AddTaskContext,
  rules: AddTaskRules,
  request: AddTaskRequest,
  store = storeTask,
): Promise<Response> {
  const now = context.now();
  const { startAfter, requestId, validateOnly, ...wanted } = checkRequest(rules, request);
  const checked: TaskRequest = {
    ...wanted,
    site: siteOf(wanted.link, context.sites),
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(requestId === undefined ? {} : { requestId }),
  };
  if (validateOnly) return await preview(context, checked);
  const added = await store(context.database, checked, now);
  refuseReused(added, checked);
  const { task, how } = added;
  context.logger.info({ ...logFacts(task), link: task.link, how }, "a task was asked for");
  return { task: await toTaskMessage(context, task), joined: how === "joined" };
}

/** Answers with the task that the request would make or join, and its plan; stores nothing. */
async function preview(context: AddTaskContext, request: TaskRequest): Promise<Response> {
  const known = await findKnown(context.database, request);
  if (known !== undefined) refuseReused(known, request);
  const { link, site, chatId, userName, folder, targetQuality, requestId = "" } = request;
  const options = optionsMessage(request.options);
  const asked = { link, site, chatId, userName, folder, targetQuality, requestId, options };
  return {
    task: known === undefined ? create(TaskSchema, asked) : await toTaskMessage(context, known.task),
    joined: known?.how === "joined",
    preview: {
      stages: [...context.stagesOf(site)],
      destination: context.pathOf({ userName, folder, site, chatId }),
    },
  };
}

function refuseReused({ how, task }: AddedTask, { requestId = "" }: TaskRequest): void {
  if (how === "contradicts") throw new ReusedRequestIdError(requestId, task);
}
