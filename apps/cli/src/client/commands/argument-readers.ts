import { InvalidArgumentError } from "commander";
import type { TaskState } from "@dwld/rpc";
import { isTaskName } from "../arguments/task-name.ts";
import { readMoment } from "../arguments/moment.ts";
import { readSpan } from "../arguments/span.ts";
import { readStates, stateNames } from "../arguments/task-states.ts";
import { readWholeNumber } from "../arguments/whole-number.ts";
import { columnNames, type ColumnName } from "../render/task-columns.ts";

const uint32Max = 4_294_967_295;
const int32Max = 2_147_483_647;
/** Words for the shorter side of a picture, in pixels; 0 is the best. */
const qualityWords = new Map([
  ["best", 0],
  ["4k", 2160],
  ["8k", 4320],
]);

/** "720", "1080p", "4k" or "best". The api checks the height. */
export function qualityArgument(text: string): number {
  const word = text.toLowerCase();
  const pixels = qualityWords.get(word) ?? readWholeNumber(word.replace(/p$/, ""), 0, uint32Max);
  return pixels ?? refuse("It must be a height such as 720, 1080p or 4k, or best.");
}

/** A number of tasks or entries, at least 1. */
export function countArgument(text: string): number {
  return readWholeNumber(text, 1, int32Max) ?? refuse("It must be a whole number, 1 at least.");
}

/** A moment, in milliseconds since the epoch. */
export function momentArgument(text: string): number {
  return readMoment(text, Date.now()) ?? refuse("It must be like 2h, 1d12h, 2026-12-31T23:00 or 2026-12-31.");
}

/** A span of time, in milliseconds. */
export function spanArgument(text: string): number {
  return readSpan(text) ?? refuse("It must be like 30d, 12h or 1h30m.");
}

/** Names of states; the option may be given several times. */
export function statesArgument(text: string, before: TaskState[] = []): TaskState[] {
  return [...before, ...(readStates(text) ?? refuse(`The states are ${stateNames.join(", ")}.`))];
}

/** Words with commas between them; the option may be given several times. */
export function wordsArgument(text: string, before: string[] = []): string[] {
  const words = text.split(",").map((word) => word.trim());
  return words.includes("")
    ? refuse("It must be words with commas between them, such as en,ru.")
    : [...before, ...words];
}

/** The help of an argument that names a task. */
export const taskNameHelp = "the id of a task, or a unique prefix of at least 4 characters; last: the newest task";
/** The help of an argument that names several tasks. */
export const taskNamesHelp = "ids of tasks, or unique prefixes of at least 4 characters; last: the newest task";

/** The id of a task, a prefix of it, or "last". */
export function taskArgument(text: string): string {
  return isTaskName(text)
    ? text.toLowerCase()
    : refuse("It must be the id of a task, 4 characters of its beginning at least, or last.");
}

/** Names of tasks, for an argument that takes several. */
export function tasksArgument(text: string, before: string[] = []): string[] {
  return [...before, taskArgument(text)];
}

/** Names of columns, with commas between them. */
export function columnsArgument(text: string): ColumnName[] {
  const names = text.split(",").map((word) => columnNames.find((name) => name === word.trim().toLowerCase()));
  return names.every((name) => name !== undefined) ? names : refuse(`The columns are ${columnNames.join(", ")}.`);
}

function refuse(rule: string): never {
  throw new InvalidArgumentError(rule);
}
