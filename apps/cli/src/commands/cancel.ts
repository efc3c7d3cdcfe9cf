import { Command } from "commander";
import { CancelTaskResponseSchema } from "@dwld/rpc";
import { stateWord, taskName } from "../render/task-words.ts";
import { eachId } from "./each-id.ts";
import { type CommonOptions, type RunCommand, withExamples, withJson } from "./run-command.ts";

/** `dwld cancel ID...` */
export function cancelCommand(run: RunCommand): Command {
  const command = new Command("cancel")
    .summary("end tasks")
    .description("Ends tasks: what runs for them is killed, partial files are removed. They stay in the history.")
    .argument("<id...>", "ids of tasks, as add and list print them")
    .option("--keep", "of live streams that are being recorded: end them here, and keep what was recorded")
    .action(async (ids: string[], options: CommonOptions & { keep?: true }) =>
      run(command, async (session) =>
        eachId(session, ids, async (id) => {
          const answer = await session.client.cancelTask(
            { id, keep: options.keep ?? false },
            { signal: session.signal },
          );
          if (session.output.json) return session.output.document(CancelTaskResponseSchema, answer);
          const { task } = answer;
          session.output.say(task === undefined ? id : `${id}  ${stateWord(task.state)}  ${taskName(task)}`);
        }),
      ),
    );
  withJson(command, "one CancelTaskResponse a line and task");
  return withExamples(
    command,
    "dwld cancel 019abf3e-7c11-7d2a-9b0e-3f5d6c7b8a90",
    "dwld cancel --keep 019abf3e-7c11-7d2a-9b0e-3f5d6c7b8a90",
  );
}
