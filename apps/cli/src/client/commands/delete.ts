import { Command } from "commander";
import { DeleteTaskResponseSchema } from "@dwld/rpc";
import { deletedText, idText } from "../render/look.ts";
import { taskNamesHelp, tasksArgument } from "./argument-readers.ts";
import { eachTask } from "./each-task.ts";
import { withExamples } from "../../command-line/help.ts";
import { type CommonOptions, withJson, withNoTrunc } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld delete ID...` */
export function build(run: RunInSession): Command {
  const command = new Command("delete")
    .summary("cancel tasks and forget them")
    .description("Cancels tasks if they still run, and forgets them. Copies on the FTP server are never touched.")
    .argument("<id...>", taskNamesHelp, tasksArgument)
    .option("--files", "remove their files in the download folder too")
    .action(async (ids: string[], options: CommonOptions & { files?: true }) =>
      run(command, async (session) =>
        eachTask(session, ids, async (task) => {
          const request = { id: task.id, deleteFiles: options.files ?? false };
          const answer = await session.client.deleteTask(request, { signal: session.signal });
          if (session.output.json) session.output.document(DeleteTaskResponseSchema, answer);
          else session.output.say(`${idText(task, session.output.look)}  ${deletedText(session.output.look)}`);
        }),
      ),
    );
  withNoTrunc(command);
  withJson(command, "one DeleteTaskResponse a line and task");
  return withExamples(command, "dwld delete 019abf3e", "dwld delete --files last");
}
