import { Command } from "commander";
import { GetTaskResponseSchema } from "@dwld/rpc";
import { findTask } from "../connection/find-task.ts";
import { isWorthReporting, reportLines } from "../render/bug-report.ts";
import { taskPage } from "../render/task-page.ts";
import { taskNameHelp, taskArgument } from "./argument-readers.ts";
import { withExamples } from "../../command-line/help.ts";
import { withJson } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld show ID` */
export function build(run: RunInSession): Command {
  const command = new Command("show")
    .summary("one task with its attempts and files")
    .description(
      "Shows everything that is known of one task, with each attempt and each file; and, if it is not known why it failed, " +
        "what to paste into a bug report.",
    )
    .argument("<id>", taskNameHelp, taskArgument)
    .action(async (name: string) =>
      run(command, async (session) => {
        const { client, output, clock, signal } = session;
        const { id } = await findTask(session, name);
        const answer = await client.getTask({ id }, { signal });
        const { task } = answer;
        if (output.json) output.document(GetTaskResponseSchema, answer);
        else if (task !== undefined) {
          output.say(...taskPage(task, output.look, clock.nowMs()));
          if (isWorthReporting(task)) output.say("", ...reportLines(task, await client.getStatus({}, { signal })));
        }
        return 0;
      }),
    );
  withJson(command, "one GetTaskResponse");
  return withExamples(
    command,
    "dwld show last",
    "dwld show 019abf3e",
    "dwld show 019abf3e --json | jq -r '.task.attempts[].stderrTail'",
  );
}
