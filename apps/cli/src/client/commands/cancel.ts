import { Command } from "commander";
import { CancelTaskResponseSchema, CancelTasksResponseSchema } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { taskLine } from "../render/task-lines.ts";
import { taskNamesHelp, tasksArgument } from "./argument-readers.ts";
import { changeAll, type ChangeOptions, contradiction, withAll } from "./change-all.ts";
import { eachTask } from "./each-task.ts";
import { withExamples } from "../../command-line/help.ts";
import { withJson, withNoTrunc } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";
import type { Session } from "../session.ts";

type CancelOptions = ChangeOptions & { keep?: true };

/** `dwld cancel ID...` */
export function build(run: RunInSession): Command {
  const command = new Command("cancel")
    .summary("cancel tasks")
    .description(
      "Cancels tasks: kills their processes and removes partial files. They stay in the history. --all asks first if there are several.",
    )
    .argument("[id...]", taskNamesHelp, tasksArgument)
    .option("--keep", "end the recording of a live stream now, and keep what was recorded")
    .action(async (ids: string[], options: CancelOptions) =>
      run(command, async (session) => {
        const wrong = contradiction(session, ids, options);
        if (wrong !== undefined) return command.error(`cancel: ${wrong}`);
        return options.all === true ? cancelAll(session, options) : cancelEach(session, ids, options);
      }),
    );
  withNoTrunc(command);
  withJson(command, "one CancelTaskResponse a line and task; with --all, one CancelTasksResponse");
  withAll(command, "all that have not ended (with --keep, all recordings)");
  return withExamples(
    command,
    "dwld cancel last",
    "dwld cancel --keep 019abf3e",
    "dwld cancel --all --state queued --site youtube --dry-run",
    "dwld cancel --all --parent 019abf3e --yes",
  );
}

async function cancelEach(session: Session, ids: string[], options: CancelOptions) {
  const { client, output, signal } = session;
  const keep = options.keep ?? false;
  return eachTask(session, ids, async ({ id }) => {
    const answer = await client.cancelTask({ id, keep }, { signal });
    if (output.json) return output.document(CancelTaskResponseSchema, answer);
    const { task } = answer;
    output.say(task === undefined ? oneLine(id) : taskLine(task, output.look));
  });
}

async function cancelAll(session: Session, options: CancelOptions) {
  const keep = options.keep ?? false;
  const words = keep
    ? { verb: "end the recordings of", done: "ended the recordings of", declined: "no recordings were ended" }
    : { verb: "cancel", done: "canceled", declined: "nothing was canceled" };
  return changeAll(session, options, {
    ...{ ...words, answer: CancelTasksResponseSchema },
    call: async (request, call) => session.client.cancelTasks({ ...request, keep }, call),
    read: ({ canceledCount }) => ({ count: canceledCount }),
  });
}
