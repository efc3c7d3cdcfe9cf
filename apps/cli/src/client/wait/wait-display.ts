import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Task, WatchTasksResponseSchema } from "@dwld/rpc";
import type { Clock } from "../connection/clock.ts";
import type { Output } from "../output.ts";
import { TaskStream } from "../render/task-stream.ts";
import { LiveDisplay } from "./live-display.ts";
import type { Change, TaskTracker } from "./task-tracker.ts";

/** Shows the tasks that are waited for. */
export type WaitDisplay = {
  /** Takes the tasks as they were added, which was printed before. */
  begin: (tasks: Task[]) => void;
  show: (changes: Change[]) => void;
  /** Tells why the connection was lost; undefined: it is back. */
  trouble: (text: string | undefined) => void;
  /** Draws a last time. */
  end: () => void;
};

/** Returns documents for `--json`, redrawn lines on a terminal, plain lines elsewhere. */
export function chooseDisplay(output: Output, tracker: TaskTracker, clock: Clock): WaitDisplay {
  if (output.json) return jsonDisplay(output);
  const { terminal } = output;
  return terminal === undefined ? plainDisplay(output, clock) : new LiveDisplay(terminal, tracker, output.look, clock);
}

function jsonDisplay(output: Output): WaitDisplay {
  return {
    begin: () => undefined,
    show: (changes) => {
      for (const change of changes)
        output.document(WatchTasksResponseSchema, create(WatchTasksResponseSchema, { event: eventOf(change) }));
    },
    trouble: (text) => output.complain(text ?? "connected again"),
    end: () => undefined,
  };
}

function eventOf({
  kind,
  task,
}: Change): Exclude<MessageInitShape<typeof WatchTasksResponseSchema>["event"], undefined> {
  const taskId = task.id;
  switch (kind) {
    case "changed":
      return { case: "changed", value: task };
    case "deleted":
      return { case: "deletedId", value: taskId };
    case "progress":
      return { case: "progress", value: { taskId, ...(task.progress && { progress: task.progress }) } };
    case "wait":
      return { case: "wait", value: { taskId, ...(task.wait && { wait: task.wait }) } };
  }
}

function plainDisplay(output: Output, clock: Clock): WaitDisplay {
  const stream = new TaskStream(output.look);
  return {
    begin: (tasks) => {
      for (const task of tasks) stream.changed(task, clock.nowMs());
    },
    show: (changes) => {
      for (const change of changes) output.say(...linesOf(change, stream, clock.nowMs()));
    },
    trouble: (text) => output.complain(text ?? "connected again"),
    end: () => undefined,
  };
}

function linesOf({ kind, task }: Change, stream: TaskStream, nowMs: number): string[] {
  if (kind === "deleted") return stream.deleted(task.id, nowMs);
  return kind === "progress" ? stream.progress(task, nowMs) : stream.changed(task, nowMs);
}
