import { Command } from "commander";
import { RetryTaskResponseSchema } from "@dwld/rpc";
import { taskLine } from "../render/task-lines.ts";
import { taskNamesHelp, tasksArgument } from "./argument-readers.ts";
import { eachTask } from "./each-task.ts";
import { withExamples } from "../../command-line/help.ts";
import { withJson, withNoTrunc } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld retry ID...` */
export function build(run: RunInSession): Command {
  const command = new Command("retry")
    .summary("start failed or canceled tasks again")
    .description("Starts tasks that failed or were canceled again.")
    .argument("<id...>", taskNamesHelp, tasksArgument)
    .action(async (ids: string[]) =>
      run(command, async (session) =>
        eachTask(session, ids, async ({ id }) => {
          const answer = await session.client.retryTask({ id }, { signal: session.signal });
          if (session.output.json) return session.output.document(RetryTaskResponseSchema, answer);
          const { task } = answer;
          session.output.say(task === undefined ? id : taskLine(task, session.output.look));
        }),
      ),
    );
  withNoTrunc(command);
  withJson(command, "one RetryTaskResponse a line and task");
  return withExamples(
    command,
    "dwld retry 019abf3e",
    "dwld list --state failed --json | jq -r '.tasks[].id' | xargs dwld retry",
  );
}
