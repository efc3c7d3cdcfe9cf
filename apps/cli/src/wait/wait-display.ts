import { create } from "@bufbuild/protobuf";
import { type Task, WatchTasksResponseSchema } from "@dwld/rpc";
import type { Clock } from "../connection/clock.ts";
import type { Output } from "../output.ts";
import { TaskStream } from "../render/task-stream.ts";
import { LiveDisplay } from "./live-display.ts";
import type { Change, TaskTracker } from "./task-tracker.ts";

/** How waiting looks. */
export type WaitDisplay = {
  /** The tasks as they were when they were added, which has been told. */
  begin: (tasks: Task[]) => void;
  show: (changes: Change[]) => void;
  /** The connection is lost, and why; undefined: it is back. */
  trouble: (text: string | undefined) => void;
  /** Nothing is drawn after this. */
  end: () => void;
};

/** Documents for `--json`, redrawn lines on a terminal, plain lines elsewhere. */
export function chooseDisplay(output: Output, tracker: TaskTracker, clock: Clock): WaitDisplay {
  if (output.json) return jsonDisplay(output);
  const { terminal } = output;
  return terminal === undefined ? plainDisplay(output, clock) : new LiveDisplay(terminal, tracker, clock);
}

function jsonDisplay(output: Output): WaitDisplay {
  return {
    begin: () => undefined,
    show: (changes) => {
      for (const { kind, task } of changes) {
        const event =
          kind === "changed"
            ? ({ case: "changed", value: task } as const)
            : kind === "deleted"
              ? ({ case: "deletedId", value: task.id } as const)
              : ({
                  case: "progress",
                  value: { taskId: task.id, ...(task.progress && { progress: task.progress }) },
                } as const);
        output.document(WatchTasksResponseSchema, create(WatchTasksResponseSchema, { event }));
      }
    },
    trouble: (text) => output.complain(text ?? "connected again"),
    end: () => undefined,
  };
}

function plainDisplay(output: Output, clock: Clock): WaitDisplay {
  const stream = new TaskStream();
  return {
    begin: (tasks) => {
      for (const task of tasks) stream.changed(task, clock.nowMs());
    },
    show: (changes) => {
      for (const { kind, task } of changes) {
        output.say(
          ...(kind === "deleted" ? stream.deleted(task.id, clock.nowMs()) : stream[kind](task, clock.nowMs())),
        );
      }
    },
    trouble: (text) => output.complain(text ?? "connected again"),
    end: () => undefined,
  };
}
