import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type AddedTask,
  addTask as storeTask,
  findKnown,
  logFacts,
  siteOf,
  type TaskRequest,
  isInScope,
  type Scope,
} from "@dwld/queue";
import { type AddTaskRequest, type AddTaskResponseSchema, TaskSchema } from "@dwld/rpc";
import type { Identity } from "../access/identity.ts";
import { seesMachine } from "../access/rights.ts";
import { ForeignChatError, ReusedRequestIdError } from "../rules/errors.ts";
import { optionsMessage } from "../messages/option-message.ts";
import { type AddTaskRules, checkRequest } from "../rules/request-rules.ts";
import type { Caller } from "../limits/caller.ts";
import type { ServiceContext } from "./context.ts";
import { type MessageSources, toTaskMessage } from "../messages/task-messages.ts";

export type AddTaskContext = MessageSources &
  Pick<ServiceContext, "limits" | "logger" | "now" | "pathOf" | "sites" | "stagesOf">;

/** The rules of a request, who asks, and what that one may see. */
export type Asking = { readonly rules: AddTaskRules; readonly caller: Caller; readonly viewer: Viewer };

type Viewer = Pick<Identity, "role" | "scope">;

type Response = MessageInitShape<typeof AddTaskResponseSchema>;

/**
 * Adds a task, which is on disk before the answer. A second equal request is answered with the same task.
 *
 * @param store makes a task of a checked request; another contract has another rule for equal requests.
 */
export async function addTask(
  context: AddTaskContext,
  asking: Asking,
  request: AddTaskRequest,
  store = storeTask,
): Promise<Response> {
  const { wanted, validateOnly } = checkAddTask(context, asking, request);
  if (validateOnly) return await preview(context, asking.viewer, wanted);
  const { database, limits, now } = context;
  const stored = await limits.noting(async () => {
    limits.begin(asking.caller)(wanted.chatId);
    return await store(database, wanted, now(), limits.allowanceOf(asking.caller));
  });
  const added = noteAdded(context, wanted, stored);
  return { task: await toTaskMessage(context, added.task), joined: added.how === "joined" };
}

/** A request that keeps the rules. */
export type CheckedAddTask = { readonly wanted: TaskRequest; readonly validateOnly: boolean };

/** @throws InvalidRequestError naming every field that breaks a rule; ForeignChatError. */
export function checkAddTask(
  { sites }: Pick<AddTaskContext, "sites">,
  { rules, viewer: { scope } }: Pick<Asking, "rules" | "viewer">,
  request: AddTaskRequest,
): CheckedAddTask {
  const { startAfter, requestId, validateOnly, notifyUrl, ...rest } = checkRequest(rules, request);
  const wanted: TaskRequest = {
    ...rest,
    chatId: ownChat(scope, rest.chatId),
    site: siteOf(rest.link, sites),
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(notifyUrl === undefined ? {} : { addresses: [notifyUrl] }),
  };
  return { wanted, validateOnly };
}

/** Returns the chat of a new task: without a name, the only chat of the scope. @throws ForeignChatError */
function ownChat(scope: Scope, chatId: string): string {
  if (isInScope(scope, chatId)) return chatId;
  const [only, another] = scope;
  if (chatId === "" && only !== undefined && another === undefined) return only;
  throw new ForeignChatError(scope);
}

/**
 * Logs what was stored.
 *
 * @throws ReusedRequestIdError if the request id was used before for another request.
 */
export function noteAdded(
  { logger }: Pick<AddTaskContext, "logger">,
  request: TaskRequest,
  added: AddedTask,
): AddedTask {
  refuseReused(added, request);
  const { task, how } = added;
  logger.info({ ...logFacts(task), link: task.link, how }, "a task was asked for");
  return added;
}

/** Answers with the task that the request would make or join, and its plan; stores nothing. */
export async function preview(context: AddTaskContext, viewer: Viewer, request: TaskRequest): Promise<Response> {
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
      destination: context.pathOf({ userName, folder, site, chatId }, seesMachine(viewer)),
    },
  };
}

function refuseReused({ how, task }: AddedTask, { requestId = "" }: TaskRequest): void {
  if (how === "contradicts") throw new ReusedRequestIdError(requestId, task);
}
