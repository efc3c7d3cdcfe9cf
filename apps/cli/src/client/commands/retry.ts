import { Command } from "commander";
import { RetryTaskResponseSchema, RetryTasksResponseSchema } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { taskLine } from "../render/task-lines.ts";
import { taskNamesHelp, tasksArgument } from "./argument-readers.ts";
import { changeAll, type ChangeOptions, contradiction, withAll } from "./change-all.ts";
import { eachTask } from "./each-task.ts";
import { withExamples } from "../../command-line/help.ts";
import { withJson, withNoTrunc } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";
import type { Session } from "../session.ts";

/** `dwld retry ID...` */
export function build(run: RunInSession): Command {
  const command = new Command("retry")
    .summary("start failed or canceled tasks again")
    .description(
      "Starts tasks that failed or were canceled again: those that are named, or all. --all asks first if there are several.",
    )
    .argument("[id...]", taskNamesHelp, tasksArgument)
    .action(async (ids: string[], options: ChangeOptions) =>
      run(command, async (session) => {
        const wrong = contradiction(session, ids, options);
        if (wrong !== undefined) return command.error(`retry: ${wrong}`);
        return options.all === true ? retryAll(session, options) : retryEach(session, ids);
      }),
    );
  withNoTrunc(command);
  withJson(command, "one RetryTaskResponse a line and task; with --all, one RetryTasksResponse");
  withAll(command, "all that failed or were canceled");
  return withExamples(
    command,
    "dwld retry 019abf3e",
    "dwld retry --all --state failed --site youtube --dry-run",
    "dwld retry --all --state failed --chat cli --yes",
  );
}

async function retryEach(session: Session, ids: string[]) {
  const { client, output, signal } = session;
  return eachTask(session, ids, async ({ id }) => {
    const answer = await client.retryTask({ id }, { signal });
    if (output.json) return output.document(RetryTaskResponseSchema, answer);
    const { task } = answer;
    output.say(task === undefined ? oneLine(id) : taskLine(task, output.look));
  });
}

async function retryAll(session: Session, options: ChangeOptions) {
  return changeAll(session, options, {
    ...{ verb: "retry", done: "retried", declined: "nothing was retried", answer: RetryTasksResponseSchema },
    call: async (request, call) => session.client.retryTasks(request, call),
    read: ({ retriedCount, limit }) => ({ count: retriedCount, limit }),
  });
}
