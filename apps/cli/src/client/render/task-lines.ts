import { stripVTControlCharacters } from "node:util";
import type { Task } from "@dwld/rpc";
import { cutText, fitNameAndDetail, leastNameColumns, padText, textWidth, wrapText } from "./fit-text.ts";
import { deletedText, idText, type Look, stateText } from "./look.ts";
import { timeOfDayText } from "./quantities.ts";
import { type Column, layOutTable } from "./table.ts";
import { detailText, progressParts, taskName } from "./task-words.ts";

/** "ready to send" is the longest state. */
export const stateWidth = 13;
const barCells = 10;

/** Returns one line for a task: id, state, name. */
export function taskLine(task: Task, look: Look): string {
  return `${idText(task, look)}  ${stateText(task.state, look)}  ${taskName(task)}`;
}

/** Returns one line of a stream: time, id, state, name, details. */
export function eventLine(task: Task, look: Look, nowMs: number): string {
  const detail = detailText(task, nowMs);
  const state = padText(stateText(task.state, look), stateWidth);
  const start = `${timeOfDayText(nowMs)}  ${idText(task, look)}  ${state}  ${taskName(task)}`;
  return detail === "" ? start : `${start}  ${detail}`;
}

/** Returns the line of a stream for a deleted task. */
export function deletedLine(shownId: string, name: string, look: Look, nowMs: number): string {
  return `${timeOfDayText(nowMs)}  ${shownId}  ${padText(deletedText(look), stateWidth)}  ${name}`.trimEnd();
}

/** Returns the line of a task on a terminal: state, progress, speed, time left, name. */
export function progressLine(task: Task, look: Look, nowMs: number): string {
  const { columns } = look;
  const state = { header: "", text: () => stateText(task.state, look), width: stateWidth };
  if (task.progress === undefined) {
    const text = (_: Task, left?: number): string => fitNameAndDetail(taskName(task), detailText(task, nowMs), left);
    return layOutTable<Task>([state], { header: "", text }, columns).line(task);
  }
  const { percent, bytes, speed, eta } = progressParts(task.progress);
  const parts: Column<Task>[] = [
    state,
    { header: "", text: () => percent, width: 6, align: "right" },
    { header: "", text: () => bar(task.progress?.progressPercent), width: barCells, dropOrder: 4 },
    { header: "", text: () => bytes, width: 18, align: "right", dropOrder: 3 },
    { header: "", text: () => speed, width: 9, align: "right", dropOrder: 1 },
    { header: "", text: () => eta, width: 11, align: "right", dropOrder: 2 },
  ];
  const line = layOutTable(parts, { header: "", text: taskName }, columns).line(task);
  if (columns === undefined || textWidth(line) <= columns) return line;
  // A cut must not fall into an escape sequence.
  return cutText(stripVTControlCharacters(line), columns);
}

/** Returns the same in further lines below it, if one is too short for why the task waits, and until when. */
export function progressLines(task: Task, look: Look, nowMs: number): string[] {
  const { columns } = look;
  const detail = detailText(task, nowMs);
  const isWhole = columns === undefined || stateWidth + 2 + leastNameColumns + 2 + textWidth(detail) <= columns;
  if (task.wait === undefined || isWhole) return [progressLine(task, look, nowMs)];
  const indent = " ".repeat(stateWidth + 2);
  const state = padText(stateText(task.state, look), indent.length);
  const left = columns - indent.length;
  return [state + cutText(taskName(task), left), ...wrapText(detail, left).map((line) => indent + line)];
}

function bar(percent: number | undefined): string {
  if (percent === undefined) return "";
  const full = Math.floor((Math.min(100, Math.max(0, percent)) / 100) * barCells);
  return "█".repeat(full) + "░".repeat(barCells - full);
}
