import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Task, TaskState } from "@dwld/rpc";
import { padText } from "./fit-text.ts";
import { ageText, sizeText, timeOfDayText } from "./quantities.ts";
import { layOutTable, type Table } from "./table.ts";
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

/** The line of a task in work on a terminal: state, how far, how fast, how long, and its name. */
export function progressTable(terminalColumns: number | undefined, nowMs: number): Table<Task> {
  const part = (task: Task, name: "percent" | "bytes" | "speed" | "eta"): string =>
    task.progress === undefined ? "" : progressParts(task.progress)[name];
  return layOutTable<Task>(
    [
      { header: "", text: (task) => stateWord(task.state), width: STATE_WIDTH },
      { header: "", text: (task) => part(task, "percent"), width: 6, align: "right" },
      { header: "", text: (task) => bar(task.progress?.progressPercent), width: BAR_CELLS, dropOrder: 4 },
      { header: "", text: (task) => part(task, "bytes"), width: 18, align: "right", dropOrder: 3 },
      { header: "", text: (task) => part(task, "speed"), width: 9, align: "right", dropOrder: 1 },
      { header: "", text: (task) => part(task, "eta"), width: 11, align: "right", dropOrder: 2 },
    ],
    {
      header: "",
      text: (task) =>
        [taskName(task), task.progress === undefined ? detailText(task, nowMs) : ""].filter(Boolean).join("  "),
    },
    terminalColumns,
  );
}

function bar(percent: number | undefined): string {
  if (percent === undefined) return "";
  const full = Math.floor((Math.min(100, Math.max(0, percent)) / 100) * BAR_CELLS);
  return "█".repeat(full) + "░".repeat(BAR_CELLS - full);
}
