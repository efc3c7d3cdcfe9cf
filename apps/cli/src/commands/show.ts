import { Command } from "commander";
import { GetTaskResponseSchema } from "@dwld/rpc";
import { bugReport, isWorthReporting } from "../render/bug-report.ts";
import { taskPage } from "../render/task-page.ts";
import { type RunCommand, withExamples, withJson } from "./run-command.ts";

/** `dwld show ID` */
export function showCommand(run: RunCommand): Command {
  const command = new Command("show")
    .summary("one task with its attempts and files")
    .description(
      "Shows everything that is known of one task, with each attempt and each file; and, where nobody knows why it " +
        "failed, what to paste into a bug report.",
    )
    .argument("<id>", "the id of a task, as add and list print it")
    .action(async (id: string) =>
      run(command, async ({ client, output, clock, signal }) => {
        const answer = await client.getTask({ id }, { signal });
        const { task } = answer;
        if (output.json) output.document(GetTaskResponseSchema, answer);
        else if (task !== undefined) {
          output.say(...taskPage(task, clock.nowMs()));
          if (isWorthReporting(task)) output.say("", ...bugReport(task, await client.getStatus({}, { signal })));
        }
        return 0;
      }),
    );
  withJson(command, "one GetTaskResponse");
  return withExamples(
    command,
    "dwld show 019abf3e-7c11-7d2a-9b0e-3f5d6c7b8a90",
    "dwld show 019abf3e-7c11-7d2a-9b0e-3f5d6c7b8a90 --json | jq -r '.task.attempts[].stderrTail'",
  );
}
