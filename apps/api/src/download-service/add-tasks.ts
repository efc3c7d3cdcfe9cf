import type { MessageInitShape } from "@bufbuild/protobuf";
import { addTasks as storeTasks } from "@dwld/queue";
import type { AddTaskResponseSchema, AddTasksRequest, AddTasksResponseSchema } from "@dwld/rpc";
import { toTaskMessages } from "../messages/task-messages.ts";
import { statusOf } from "../rules/error-status.ts";
import { type FailedCall, toConnectError } from "../rules/errors.ts";
import { addTasksRules, checkRequest } from "../rules/request-rules.ts";
import { type AddTaskContext, type Asking, type CheckedAddTask, checkAddTask, noteAdded, preview } from "./add-task.ts";

/** Adds tasks by one transaction. Each request is answered as AddTask would answer it, in their order. */
export async function addTasks(
  context: AddTaskContext,
  asking: Asking,
  request: AddTasksRequest,
  call: FailedCall,
): Promise<MessageInitShape<typeof AddTasksResponseSchema>> {
  const { requests } = checkRequest(addTasksRules, request);
  const count = context.limits.begin(asking.caller);
  const checked = await Promise.allSettled(
    requests.map(
      async (each) =>
        await context.limits.noting(async () => {
          const checkedOne = checkAddTask(context, asking, each);
          if (!checkedOne.validateOnly) count(checkedOne.wanted.chatId);
          return checkedOne;
        }),
    ),
  );
  const answerTo = await storeAll(context, asking, checked.filter(isFulfilled).map(valueOf));
  const answers = await Promise.allSettled(checked.map(async (each) => await answerTo(valueOf(each))));
  return {
    results: answers.map((answer) => ({
      result: isFulfilled(answer)
        ? { case: "response", value: answer.value }
        : { case: "error", value: statusOf(toConnectError(answer.reason, context.logger, call)) },
    })),
  };
}

/** Stores all that ask for more than a preview, and returns a function for the answer to each, which throws its error. */
async function storeAll(
  context: AddTaskContext,
  { caller, viewer }: Pick<Asking, "caller" | "viewer">,
  asked: readonly CheckedAddTask[],
): Promise<(asked: CheckedAddTask) => Promise<MessageInitShape<typeof AddTaskResponseSchema>>> {
  const wanted = asked.filter(({ validateOnly }) => !validateOnly).map((each) => each.wanted);
  const results =
    wanted.length === 0
      ? []
      : await storeTasks(context.database, wanted, context.now(), context.limits.allowanceOf(caller));
  const rows = results.filter(isFulfilled).map(({ value }) => value.task);
  const messages = await toTaskMessages(context, rows);
  const resultOf = new Map(wanted.map((request, index) => [request, results[index]]));
  const messageOf = new Map(rows.map((row, index) => [row, messages[index]]));
  return async ({ wanted: request }) => {
    const result = resultOf.get(request);
    if (result === undefined) return await preview(context, viewer, request);
    const added = await context.limits.noting(async () => valueOf(result));
    const { task, how } = noteAdded(context, request, added);
    return { task: messageOf.get(task), joined: how === "joined" };
  };
}

function isFulfilled<Value>(result: PromiseSettledResult<Value>): result is PromiseFulfilledResult<Value> {
  return result.status === "fulfilled";
}

/** @throws the reason for which there is no value. */
function valueOf<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
