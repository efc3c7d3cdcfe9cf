import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Task, TaskState } from "@dwld/rpc";
import { cutText, padText } from "./fit-text.ts";
import { ageText, sizeText, timeOfDayText } from "./quantities.ts";
import { type Column, layOutTable, type Table } from "./table.ts";
import { detailText, progressParts, qualityText, stateWord, taskName, totalBytes } from "./task-words.ts";

/** "ready to send" is the longest state. */
const STATE_WIDTH = 13;
const BAR_CELLS = 10;

/** One line of a stream: when, which, state, name and what there is to say of it. */
export function eventLine(task: Task, nowMs: number): string {
  const detail = detailText(task, nowMs);
  const start = `${timeOfDayText(nowMs)}  ${task.id}  ${padText(stateWord(task.state), STATE_WIDTH)}  ${taskName(task)}`;
  return detail === "" ? start : `${start}  ${detail}`;
}

/** The line of a stream that tells of a deleted task. */
export function deletedLine(id: string, name: string, nowMs: number): string {
  return `${timeOfDayText(nowMs)}  ${id}  ${padText("deleted", STATE_WIDTH)}  ${name}`.trimEnd();
}

/** The table of `dwld list`. */
export function listTable(terminalColumns: number | undefined, nowMs: number): Table<Task> {
  return layOutTable<Task>(
    [
      { header: "ID", text: (task) => task.id, width: 36 },
      { header: "STATE", text: (task) => stateWord(task.state), width: STATE_WIDTH },
      { header: "AGE", text: (task) => ageOf(task, nowMs), width: 4, align: "right", dropOrder: 1 },
      { header: "QUALITY", text: qualityText, width: 11, dropOrder: 2 },
      {
        header: "SIZE",
        text: (task) => (task.files.length === 0 ? "" : sizeText(totalBytes(task))),
        width: 8,
        align: "right",
        dropOrder: 3,
      },
    ],
    { header: "WHAT", text: (task) => [taskName(task), listDetail(task, nowMs)].filter(Boolean).join("  ") },
    terminalColumns,
  );
}

function ageOf(task: Task, nowMs: number): string {
  return task.createTime === undefined ? "" : ageText(nowMs - timestampMs(task.createTime));
}

/** Size and quality have columns of their own; the path of what is done belongs to `dwld show`. */
function listDetail(task: Task, nowMs: number): string {
  return task.state === TaskState.DONE && task.childCount === 0 ? "" : detailText(task, nowMs);
}

/**
 * The line of a task on a terminal: state, how far, how fast, how long, and its name.
 * @param terminalColumns undefined where the output is no terminal.
 */
export function progressLine(task: Task, terminalColumns: number | undefined, nowMs: number): string {
  const what = { header: "", text: taskName };
  const state = { header: "", text: () => stateWord(task.state), width: STATE_WIDTH };
  if (task.progress === undefined) {
    const text = (): string => [taskName(task), detailText(task, nowMs)].filter(Boolean).join("  ");
    return layOutTable<Task>([state], { ...what, text }, terminalColumns).line(task);
  }
  const { percent, bytes, speed, eta } = progressParts(task.progress);
  const parts: Column<Task>[] = [
    state,
    { header: "", text: () => percent, width: 6, align: "right" },
    { header: "", text: () => bar(task.progress?.progressPercent), width: BAR_CELLS, dropOrder: 4 },
    { header: "", text: () => bytes, width: 18, align: "right", dropOrder: 3 },
    { header: "", text: () => speed, width: 9, align: "right", dropOrder: 1 },
    { header: "", text: () => eta, width: 11, align: "right", dropOrder: 2 },
  ];
  const line = layOutTable(parts, what, terminalColumns).line(task);
  return terminalColumns === undefined ? line : cutText(line, terminalColumns);
}

function bar(percent: number | undefined): string {
  if (percent === undefined) return "";
  const full = Math.floor((Math.min(100, Math.max(0, percent)) / 100) * BAR_CELLS);
  return "█".repeat(full) + "░".repeat(BAR_CELLS - full);
}
