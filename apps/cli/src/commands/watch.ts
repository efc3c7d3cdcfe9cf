import { Command } from "commander";
import { type TaskState, type WatchTasksResponse, WatchTasksResponseSchema } from "@dwld/rpc";
import { followTasks } from "../connection/follow-tasks.ts";
import { TaskStream } from "../render/task-stream.ts";
import { type ExitStatus, explain, type Session } from "../session.ts";
import { statesArgument } from "./argument-readers.ts";
import { type CommonOptions, type RunCommand, withExamples, withJson } from "./run-command.ts";

type WatchOptions = CommonOptions & { state?: TaskState[]; chat?: string };

/** `dwld watch` */
export function watchCommand(run: RunCommand): Command {
  const command = new Command("watch")
    .summary("what is there, then every change")
    .description(
      "Prints what is not final and the newest tasks, then a line for every change and, every few seconds, progress. " +
        "Goes on over restarts of the api, until Ctrl-C.",
    )
    .option("--state <states>", "only those in these states: queued, done, ... (commas between them)", statesArgument)
    .option("--chat <id>", "only those of this chat")
    .action(async (options: WatchOptions) => run(command, async (session) => watch(session, options)));
  withJson(command, "one WatchTasksResponse a line, heartbeats too");
  return withExamples(
    command,
    "dwld watch --chat cli",
    "dwld watch --json | jq -c 'select(.changed.state == \"TASK_STATE_FAILED\") | .changed'",
  );
}

async function watch(session: Session, options: WatchOptions): Promise<ExitStatus> {
  const { client, output, clock } = session;
  const signal = AbortSignal.any([session.signal, output.gone]);
  const filter = { states: options.state ?? [], ...(options.chat === undefined ? {} : { chatId: options.chat }) };
  const stream = new TaskStream();
  for await (const heard of followTasks(client, filter, { signal, clock, met: false })) {
    if (heard.kind === "lost") output.complain(`${explain(session, heard.error)}; trying again`);
    else if (heard.kind === "back") output.complain("connected again");
    else if (output.json) output.document(WatchTasksResponseSchema, heard.message);
    else output.say(...lines(heard.message, stream, clock.nowMs()));
  }
  return 0;
}

function lines({ event }: WatchTasksResponse, stream: TaskStream, nowMs: number): string[] {
  switch (event.case) {
    case "snapshot":
      return event.value.tasks.toReversed().flatMap((task) => stream.changed(task, nowMs));
    case "changed":
      return stream.changed(event.value, nowMs);
    case "deletedId":
      return stream.deleted(event.value, nowMs);
    case "progress": {
      const task = stream.known(event.value.taskId);
      if (task === undefined || event.value.progress === undefined) return [];
      task.progress = event.value.progress;
      return stream.progress(task, nowMs);
    }
    default:
      return [];
  }
}
