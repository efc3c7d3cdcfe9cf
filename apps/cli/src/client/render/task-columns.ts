import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Task, TaskState } from "@dwld/rpc";
import { oneLine, sizeText } from "@dwld/text";
import { fitNameAndDetail } from "./fit-text.ts";
import { idText, type Look, stateText } from "./look.ts";
import { ageText, speedText } from "./quantities.ts";
import { type Column, type LastColumn, layOutTable, type Table } from "./table.ts";
import { stateWidth } from "./task-lines.ts";
import { detailText, qualityText, taskName, totalBytes } from "./task-words.ts";

const columnTable = {
  id: (look) => ({ text: (task) => idText(task, look), width: 36 }),
  state: (look) => ({ text: ({ state }) => stateText(state, look), width: stateWidth }),
  age: (_, nowMs) => ({
    text: ({ createTime }) => sinceText(createTime, nowMs),
    width: 4,
    align: "right",
  }),
  changed: (_, nowMs) => ({ text: ({ updateTime }) => sinceText(updateTime, nowMs), width: 7, align: "right" }),
  quality: () => ({ text: qualityText, width: 11 }),
  size: () => ({
    text: (task) => (task.files.length === 0 ? "" : sizeText(totalBytes(task))),
    width: 8,
    align: "right",
  }),
  speed: () => ({ text: speedOf, width: 9, align: "right" }),
  site: () => ({ text: ({ site }) => oneLine(site), width: 16, cut: true }),
  chat: () => ({ text: ({ chatId }) => oneLine(chatId), width: 12, cut: true }),
  user: () => ({ text: ({ userName }) => oneLine(userName), width: 12, cut: true }),
  title: () => ({ text: ({ title }) => oneLine(title), width: 40, cut: true }),
  link: () => ({ text: ({ link }) => oneLine(link), width: 40, cut: true }),
} satisfies Record<string, (look: Look, nowMs: number) => Omit<Column<Task>, "header">>;

/** The names of the columns of a list; "what" is the title or link, and the details. */
export type ColumnName = keyof typeof columnTable | "what";

export const columnNames: readonly ColumnName[] = [
  ...(Object.keys(columnTable) as (keyof typeof columnTable)[]),
  "what",
];

/** Fits a name and the beginning of the reason to wait. */
const leastWhatWidth = 44;

/** On a narrow terminal the column with the highest number is dropped first. */
const defaultColumns: { name: ColumnName; dropOrder?: number }[] = [
  { name: "id" },
  { name: "state" },
  { name: "age", dropOrder: 1 },
  { name: "quality", dropOrder: 2 },
  { name: "size", dropOrder: 3 },
  { name: "what" },
];

/**
 * Returns the table of `dwld list`. Columns that were named are never dropped, however narrow the terminal is.
 * @param first the first tasks of the list; the column of ids gets the width of theirs.
 */
export function listTable(
  names: ColumnName[] | undefined,
  first: readonly Task[],
  look: Look,
  nowMs: number,
): Table<Task> {
  const idWidth = Math.max(2, ...first.map((task) => idText(task, look).length));
  const wanted: typeof defaultColumns = names?.map((name) => ({ name })) ?? defaultColumns;
  const columns = wanted.map(({ name, ...drop }) => ({ ...columnOf(name, idWidth, look, nowMs), ...drop }));
  const last = columns.pop();
  return layOutTable<Task>(columns, { header: "", text: () => "", ...last }, look.columns);
}

function columnOf(name: ColumnName, idWidth: number, look: Look, nowMs: number): Column<Task> & LastColumn<Task> {
  const header = name.toUpperCase();
  if (name === "what") return { header, text: whatText(nowMs), width: 40, cut: true, leastWidth: leastWhatWidth };
  const column: Omit<Column<Task>, "header"> = columnTable[name](look, nowMs);
  return { header, ...column, ...(name === "id" && { width: idWidth }) };
}

/** A done task has no details here: size and quality have columns of their own, and `dwld show` has the path. */
function whatText(nowMs: number): (task: Task, columns?: number) => string {
  return (task, columns) => {
    const isPlain = task.state === TaskState.DONE && task.childCount === 0;
    return fitNameAndDetail(taskName(task), isPlain ? "" : detailText(task, nowMs), columns);
  };
}

function sinceText(time: Timestamp | undefined, nowMs: number): string {
  return time === undefined ? "" : ageText(nowMs - timestampMs(time));
}

function speedOf({ progress }: Task): string {
  return progress?.speedBytesPerSecond === undefined ? "" : speedText(progress.speedBytesPerSecond);
}
