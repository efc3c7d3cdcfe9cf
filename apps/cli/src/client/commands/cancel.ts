import { Command } from "commander";
import { CancelTaskResponseSchema } from "@dwld/rpc";
import { taskLine } from "../render/task-lines.ts";
import { taskNamesHelp, tasksArgument } from "./argument-readers.ts";
import { eachTask } from "./each-task.ts";
import { withExamples } from "../../command-line/help.ts";
import { type CommonOptions, withJson, withNoTrunc } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld cancel ID...` */
export function build(run: RunInSession): Command {
  const command = new Command("cancel")
    .summary("cancel tasks")
    .description("Cancels tasks: kills their processes and removes partial files. They stay in the history.")
    .argument("<id...>", taskNamesHelp, tasksArgument)
    .option("--keep", "end the recording of a live stream now, and keep what was recorded")
    .action(async (ids: string[], options: CommonOptions & { keep?: true }) =>
      run(command, async (session) =>
        eachTask(session, ids, async ({ id }) => {
          const answer = await session.client.cancelTask(
            { id, keep: options.keep ?? false },
            { signal: session.signal },
          );
          if (session.output.json) return session.output.document(CancelTaskResponseSchema, answer);
          const { task } = answer;
          session.output.say(task === undefined ? id : taskLine(task, session.output.look));
        }),
      ),
    );
  withNoTrunc(command);
  withJson(command, "one CancelTaskResponse a line and task");
  return withExamples(command, "dwld cancel last", "dwld cancel --keep 019abf3e");
}
