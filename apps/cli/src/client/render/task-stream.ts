import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Task } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { idText, type Look } from "./look.ts";
import { deletedLine, eventLine } from "./task-lines.ts";
import { isFinal, taskName } from "./task-words.ts";

const progressIntervalMs = 5000;
/** Final tasks are remembered, so that a second snapshot does not print them again. */
const rememberedTasks = 10_000;

type Shown = { what: string; task: Task; progressAtMs: number };

/** Turns events into lines for a log: each change that matters to a person, and progress every few seconds. */
export class TaskStream {
  readonly #look: Look;
  readonly #shown = new Map<string, Shown>();

  constructor(look: Look) {
    this.#look = look;
  }

  /** Returns the line for a task; none if it was printed like that before. */
  changed(task: Task, nowMs: number): string[] {
    const what = whatMatters(task);
    const before = this.#shown.get(task.id);
    this.#remember({ what, task, progressAtMs: nowMs });
    return before?.what === what ? [] : [eventLine(task, this.#look, nowMs)];
  }

  /** Returns the line for new progress; none if the last one is recent. */
  progress(task: Task, nowMs: number): string[] {
    const shown = this.#shown.get(task.id);
    if (shown !== undefined && nowMs - shown.progressAtMs < progressIntervalMs) return [];
    this.#remember({ what: whatMatters(task), task, progressAtMs: nowMs });
    return [eventLine(task, this.#look, nowMs)];
  }

  deleted(id: string, nowMs: number): string[] {
    const shown = this.#shown.get(id);
    this.#shown.delete(id);
    const task = shown?.task;
    const shownId = task === undefined ? oneLine(id) : idText(task, this.#look);
    return [deletedLine(shownId, task === undefined ? "" : taskName(task), this.#look, nowMs)];
  }

  /** Returns the last known task of this id, if it is not final. */
  known(id: string): Task | undefined {
    const task = this.#shown.get(id)?.task;
    return task === undefined || isFinal(task.state) ? undefined : task;
  }

  #remember(shown: Shown): void {
    this.#shown.delete(shown.task.id);
    this.#shown.set(shown.task.id, shown);
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > rememberedTasks && oldest !== undefined) this.#shown.delete(oldest);
  }
}

function whatMatters(task: Task): string {
  const untilMs = task.wait?.until === undefined ? "" : timestampMs(task.wait.until);
  const wait = [task.wait?.reason, task.wait?.failureClass, untilMs];
  return [task.state, task.title, task.attemptCount, task.deliveryAttemptCount, ...wait].join("\n");
}
