import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Command } from "commander";
import { CleanHistoryResponseSchema, type TaskState } from "@dwld/rpc";
import { isFinal } from "../render/task-words.ts";
import { UsageError } from "../session.ts";
import { spanArgument, statesArgument } from "./argument-readers.ts";
import { type CommonOptions, type RunCommand, withExamples, withJson } from "./run-command.ts";

/** A long history is removed in many steps. */
const TIMEOUT_MS = 10 * 60_000;

type CleanOptions = CommonOptions & { state?: TaskState[]; chat?: string; olderThan?: number };

/** `dwld clean` */
export function cleanCommand(run: RunCommand): Command {
  const command = new Command("clean")
    .summary("forget tasks that have ended")
    .description("Forgets tasks that are done, failed or canceled: all of them, or those the options name.")
    .option("--state <states>", "only these: done, failed, canceled (commas between them)", statesArgument)
    .option("--chat <id>", "only those of this chat")
    .option("--older-than <span>", "only those that ended so long ago: 30d, 12h", spanArgument)
    .action(async (options: CleanOptions) =>
      run(command, async ({ client, output, clock, signal }) => {
        const states = options.state ?? [];
        if (!states.every(isFinal))
          throw new UsageError("clean: only done, failed and canceled tasks can be forgotten");
        const request = {
          states,
          ...(options.chat === undefined ? { allChats: true } : { chatId: options.chat }),
          ...(options.olderThan !== undefined && {
            finishedBefore: timestampFromMs(clock.nowMs() - options.olderThan),
          }),
        };
        const answer = await client.cleanHistory(request, { signal, timeoutMs: TIMEOUT_MS });
        if (output.json) output.document(CleanHistoryResponseSchema, answer);
        else output.say(`${answer.deletedCount} ${answer.deletedCount === 1n ? "task" : "tasks"} forgotten`);
        return 0;
      }),
    );
  withJson(command, "one CleanHistoryResponse");
  return withExamples(command, "dwld clean --older-than 30d", "dwld clean --state failed,canceled --chat cli");
}
