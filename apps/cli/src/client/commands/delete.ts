import { Command } from "commander";
import { DeleteTaskResponseSchema, DeleteTasksResponseSchema } from "@dwld/rpc";
import { deletedText, idText } from "../render/look.ts";
import { taskNamesHelp, tasksArgument } from "./argument-readers.ts";
import { changeAll, type ChangeOptions, contradiction, withAll } from "./change-all.ts";
import { eachTask } from "./each-task.ts";
import { withExamples } from "../../command-line/help.ts";
import { withJson, withNoTrunc } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";
import type { Session } from "../session.ts";

type DeleteOptions = ChangeOptions & { files?: true };

/** `dwld delete ID...` */
export function build(run: RunInSession): Command {
  const command = new Command("delete")
    .summary("cancel tasks and forget them")
    .description(
      "Cancels tasks if they still run, and forgets them. Copies on the FTP server are never touched. --all asks first if there are several.",
    )
    .argument("[id...]", taskNamesHelp, tasksArgument)
    .option("--files", "remove their files in the download folder too")
    .action(async (ids: string[], options: DeleteOptions) =>
      run(command, async (session) => {
        const wrong = contradiction(session, ids, options);
        if (wrong !== undefined) return command.error(`delete: ${wrong}`);
        return options.all === true ? deleteAll(session, options) : deleteEach(session, ids, options);
      }),
    );
  withNoTrunc(command);
  withJson(command, "one DeleteTaskResponse a line and task; with --all, one DeleteTasksResponse");
  withAll(command, "all tasks");
  return withExamples(
    command,
    "dwld delete 019abf3e",
    "dwld delete --files last",
    "dwld delete --all --search lecture --dry-run",
  );
}

async function deleteEach(session: Session, ids: string[], options: DeleteOptions) {
  const { client, output, signal } = session;
  const files = options.files ?? false;
  return eachTask(session, ids, async (task) => {
    const answer = await client.deleteTask({ id: task.id, deleteFiles: files }, { signal });
    if (output.json) output.document(DeleteTaskResponseSchema, answer);
    else output.say(`${idText(task, output.look)}  ${deletedText(output.look)}`);
  });
}

async function deleteAll(session: Session, options: DeleteOptions) {
  const files = options.files ?? false;
  return changeAll(session, options, {
    ...{ verb: "delete", done: "deleted", declined: "nothing was deleted", answer: DeleteTasksResponseSchema },
    call: async (request, call) => session.client.deleteTasks({ ...request, deleteFiles: files }, call),
    read: ({ deletedCount }) => ({ count: deletedCount }),
  });
}
