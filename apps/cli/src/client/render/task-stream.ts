import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Task } from "@dwld/rpc";
import { idText, type Look } from "./look.ts";
import { deletedLine, eventLine } from "./task-lines.ts";
import { isFinal, taskName } from "./task-words.ts";

const progressIntervalMs = 5000;
/** Final tasks are remembered so that a second snapshot does not tell them again. */
const rememberedTasks = 10_000;

type Told = { what: string; task: Task; progressAtMs: number };

/** Turns events into lines for a log: each change that a person would call one, and progress every few seconds. */
export class TaskStream {
  readonly #look: Look;
  readonly #told = new Map<string, Told>();

  constructor(look: Look) {
    this.#look = look;
  }

  /** A task as it is now; no line where it was told like that before. */
  changed(task: Task, nowMs: number): string[] {
    const what = whatMatters(task);
    const before = this.#told.get(task.id);
    this.#remember({ what, task, progressAtMs: nowMs });
    return before?.what === what ? [] : [eventLine(task, this.#look, nowMs)];
  }

  /** A task with new progress. */
  progress(task: Task, nowMs: number): string[] {
    const told = this.#told.get(task.id);
    if (told !== undefined && nowMs - told.progressAtMs < progressIntervalMs) return [];
    this.#remember({ what: whatMatters(task), task, progressAtMs: nowMs });
    return [eventLine(task, this.#look, nowMs)];
  }

  deleted(id: string, nowMs: number): string[] {
    const told = this.#told.get(id);
    this.#told.delete(id);
    const task = told?.task;
    const shownId = task === undefined ? id : idText(task, this.#look);
    return [deletedLine(shownId, task === undefined ? "" : taskName(task), this.#look, nowMs)];
  }

  /** The task that was told last under this id, if it is not final. */
  known(id: string): Task | undefined {
    const task = this.#told.get(id)?.task;
    return task === undefined || isFinal(task.state) ? undefined : task;
  }

  #remember(told: Told): void {
    this.#told.delete(told.task.id);
    this.#told.set(told.task.id, told);
    const [oldest] = this.#told.keys();
    if (this.#told.size > rememberedTasks && oldest !== undefined) this.#told.delete(oldest);
  }
}

function whatMatters(task: Task): string {
  const untilMs = task.wait?.until === undefined ? "" : timestampMs(task.wait.until);
  const wait = [task.wait?.reason, task.wait?.failureClass, untilMs];
  return [task.state, task.title, task.attemptCount, task.deliveryAttemptCount, ...wait].join("\n");
}
