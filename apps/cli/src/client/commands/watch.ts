import { create } from "@bufbuild/protobuf";
import { Command } from "commander";
import { type Task, type TaskState, type WatchTasksResponse, WatchTasksResponseSchema } from "@dwld/rpc";
import { findTask } from "../connection/find-task.ts";
import { followTasks } from "../connection/follow-tasks.ts";
import { spanText } from "../render/quantities.ts";
import { eventLine } from "../render/task-lines.ts";
import { TaskStream } from "../render/task-stream.ts";
import type { ExitStatus } from "../../command-line/exit-status.ts";
import { explain, type Session } from "../session.ts";
import { setWait, TaskTracker } from "../wait/task-tracker.ts";
import { defaultRetryMs, waitForEnd } from "../wait/wait-for-end.ts";
import { statesArgument, taskNamesHelp, tasksArgument } from "./argument-readers.ts";
import { withExamples } from "../../command-line/help.ts";
import { type CommonOptions, withJson, withNoTrunc, withPatience } from "./common-options.ts";
import type { RunInSession } from "../run-in-session.ts";

type WatchOptions = CommonOptions & { state?: TaskState[]; chat?: string; patience?: number };

/** `dwld watch [ID...]` */
export function build(run: RunInSession): Command {
  const command = new Command("watch")
    .summary("every change; of some tasks, until they have ended")
    .description(
      "Prints tasks that are not final and the newest ones, then a line for every change, every new reason to wait and, " +
        "every few seconds, progress. Continues over restarts of the api, until Ctrl-C. With ids: these tasks alone, " +
        "and the entries of playlists, until all have ended: 0 only if all are done.",
    )
    .argument("[id...]", taskNamesHelp, tasksArgument)
    .option("--state <states>", "only those in these states: queued, done, ... (commas between them)", statesArgument)
    .option("--chat <id>", "only tasks of this chat; '': tasks without a chat")
    .action(async (names: string[], options: WatchOptions) =>
      run(command, async (session) => {
        if (names.length === 0) return watchAll(session, options);
        if (options.state !== undefined || options.chat !== undefined) {
          command.error("watch: ids say which tasks, --state and --chat go without them");
        }
        return watchTasks(session, names, options);
      }),
    );
  withPatience(command, "once it has answered");
  withNoTrunc(command);
  withJson(command, "one WatchTasksResponse a line, heartbeats too; with ids the changes of these alone");
  return withExamples(
    command,
    "dwld watch --chat cli",
    "dwld watch last",
    "dwld watch 019abf3e 019abf41 --json",
    "dwld watch --json | jq -c 'select(.changed.state == \"TASK_STATE_FAILED\") | .changed'",
  );
}

async function watchTasks(session: Session, names: string[], { patience }: WatchOptions): Promise<ExitStatus> {
  const { client, output, clock, signal } = session;
  const found: Task[] = [];
  for (const name of names) {
    const { id } = await findTask(session, name);
    const { task } = await client.getTask({ id }, { signal });
    if (task !== undefined) found.push(task);
  }
  const tracker = new TaskTracker();
  for (const task of found) tracker.add(task);
  const event = { case: "snapshot", value: { tasks: tracker.tasks } } as const;
  if (output.json) output.document(WatchTasksResponseSchema, create(WatchTasksResponseSchema, { event }));
  else output.say(...tracker.tasks.map((task) => eventLine(task, output.look, clock.nowMs())));
  const [chatId, ...otherChats] = new Set(found.map((task) => task.chatId));
  const filter = chatId === undefined || otherChats.length > 0 ? {} : { chatId };
  // The wait ends when nobody reads any more: its end could be told to nobody.
  const watching = { ...session, signal: AbortSignal.any([signal, output.gone]) };
  return waitForEnd(watching, tracker, { filter, retryMs: patience ?? defaultRetryMs });
}

async function watchAll(session: Session, options: WatchOptions): Promise<ExitStatus> {
  const { client, output, clock } = session;
  const signal = AbortSignal.any([session.signal, output.gone]);
  const filter = { states: options.state ?? [], ...(options.chat === undefined ? {} : { chatId: options.chat }) };
  const stream = new TaskStream(output.look);
  const retryMs = options.patience ?? defaultRetryMs;
  for await (const heard of followTasks(client, filter, { signal, clock, retryMs, reached: false })) {
    if (heard.kind === "lost") {
      output.complain(`the api is away, trying again for ${spanText(retryMs)}: ${explain(session, heard.error)}`);
    } else if (heard.kind === "back") output.complain("connected again");
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
    case "wait": {
      const task = stream.known(event.value.taskId);
      if (task === undefined) return [];
      setWait(task, event.value.wait);
      return stream.changed(task, nowMs);
    }
    default:
      return [];
  }
}
