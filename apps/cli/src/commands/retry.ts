import { Command } from "commander";
import { RetryTaskResponseSchema } from "@dwld/rpc";
import { stateWord, taskName } from "../render/task-words.ts";
import { eachId } from "./each-id.ts";
import { type RunCommand, withExamples, withJson } from "./run-command.ts";

/** `dwld retry ID...` */
export function retryCommand(run: RunCommand): Command {
  const command = new Command("retry")
    .summary("start failed or canceled tasks again")
    .description("Starts tasks that failed or were canceled again.")
    .argument("<id...>", "ids of tasks, as add and list print them")
    .action(async (ids: string[]) =>
      run(command, async (session) =>
        eachId(session, ids, async (id) => {
          const answer = await session.client.retryTask({ id }, { signal: session.signal });
          if (session.output.json) return session.output.document(RetryTaskResponseSchema, answer);
          const { task } = answer;
          session.output.say(task === undefined ? id : `${id}  ${stateWord(task.state)}  ${taskName(task)}`);
        }),
      ),
    );
  withJson(command, "one RetryTaskResponse a line and task");
  return withExamples(
    command,
    "dwld retry 019abf3e-7c11-7d2a-9b0e-3f5d6c7b8a90",
    "dwld list --state failed --json | jq -r '.tasks[].id' | xargs dwld retry",
  );
}
