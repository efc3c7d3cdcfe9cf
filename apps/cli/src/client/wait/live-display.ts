import { type Task, TaskState } from "@dwld/rpc";
import type { Clock } from "../connection/clock.ts";
import { cutText } from "../render/fit-text.ts";
import { LiveRegion, type Terminal } from "../render/live-region.ts";
import { idText, type Look } from "../render/look.ts";
import { deletedLine, eventLine, progressLine, progressLines } from "../render/task-lines.ts";
import { isFinal, taskName } from "../render/task-words.ts";
import type { Change, TaskTracker } from "./task-tracker.ts";

const frameMs = 100;
/** How often the rest of a wait is redrawn while no message comes. */
const tickMs = 1000;

/** Redraws one line for each task in work; a task that has ended leaves its last line above them. */
export class LiveDisplay {
  readonly #region: LiveRegion;
  readonly #tracker: TaskTracker;
  readonly #look: Look;
  readonly #clock: Clock;
  readonly #ended = new Set<string>();
  #above: string[] = [];
  #trouble: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextFrameAtMs = 0;

  constructor(terminal: Terminal, tracker: TaskTracker, look: Look, clock: Clock) {
    this.#region = new LiveRegion(terminal);
    this.#tracker = tracker;
    this.#look = look;
    this.#clock = clock;
  }

  begin(tasks: Task[]): void {
    this.show(tasks.map((task) => ({ kind: "changed", task })));
  }

  show(changes: Change[]): void {
    const nowMs = this.#clock.nowMs();
    for (const { kind, task } of changes) {
      if (kind === "deleted")
        this.#above.push(deletedLine(idText(task, this.#look), taskName(task), this.#look, nowMs));
      if (kind === "changed" && isFinal(task.state) && !this.#ended.has(task.id)) {
        this.#ended.add(task.id);
        this.#above.push(eventLine(task, this.#look, nowMs));
      }
    }
    this.#drawSoon(frameMs);
  }

  trouble(text: string | undefined): void {
    this.#trouble = text;
    this.#draw();
  }

  end(): void {
    this.#trouble = undefined;
    this.#draw();
    clearTimeout(this.#timer);
  }

  /** Schedules a frame, or brings the scheduled one forward. */
  #drawSoon(withinMs: number): void {
    const atMs = this.#clock.monotonicMs() + withinMs;
    if (this.#timer !== undefined && this.#nextFrameAtMs <= atMs) return;
    clearTimeout(this.#timer);
    this.#nextFrameAtMs = atMs;
    this.#timer = setTimeout(() => this.#draw(), withinMs);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    // The last column stays free: some terminals wrap when it is written.
    const columns = this.#region.columns - 1;
    const rows = this.#region.capacity - (this.#trouble === undefined ? 0 : 1);
    const lines = liveLines(this.#tracker.open, rows, { ...this.#look, columns }, nowMs);
    if (this.#trouble !== undefined) lines.push(cutText(`dwld: ${this.#trouble}`, columns));
    const above = this.#above;
    this.#above = [];
    this.#region.draw(lines, above);
    if (this.#tracker.open.some(({ wait }) => wait?.until !== undefined)) this.#drawSoon(tickMs);
  }
}

/**
 * Returns the lines of the tasks in work first, as many as there are rows; a last line counts the others. A task has more than
 * one line if all have room.
 */
function liveLines(open: Task[], rows: number, look: Look, nowMs: number): string[] {
  const isInWork = (task: Task): boolean => task.state === TaskState.DOWNLOADING || task.state === TaskState.SENDING;
  const sorted = [...open.filter(isInWork), ...open.filter((task) => !isInWork(task))];
  const line = (task: Task): string => progressLine(task, look, nowMs);
  if (sorted.length <= rows) {
    const whole = sorted.flatMap((task) => progressLines(task, look, nowMs));
    return whole.length <= rows ? whole : sorted.map(line);
  }
  const shown = Math.max(0, rows - 1);
  return [...sorted.slice(0, shown).map(line), `and ${sorted.length - shown} more`];
}
