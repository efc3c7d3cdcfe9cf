import { styleText } from "node:util";
import { type Task, TaskState } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { stateWord } from "./task-words.ts";

/** How an answer looks. */
export type Look = {
  /** The width of the terminal; undefined if nothing is cut. */
  columns: number | undefined;
  /** Whether ids are shortened to a unique prefix. */
  shortIds: boolean;
  colours: boolean;
};

/** For a file or a pipe: everything in full. */
export const plainLook: Look = { columns: undefined, shortIds: false, colours: false };

type Colour = Parameters<typeof styleText>[0];

const stateColours: Partial<Record<TaskState, Colour>> = {
  [TaskState.DOWNLOADING]: "cyan",
  [TaskState.READY_TO_SEND]: "blue",
  [TaskState.SENDING]: "cyan",
  [TaskState.DONE]: "green",
  [TaskState.FAILED]: "red",
  [TaskState.CANCELED]: "dim",
};

/** The id of a task, as it is shown. */
export function idText({ id, shortId }: Pick<Task, "id" | "shortId">, { shortIds }: Pick<Look, "shortIds">): string {
  return oneLine(shortIds && shortId !== "" ? shortId : id);
}

/** The word for a state, in its colour. */
export function stateText(state: TaskState, look: Look): string {
  return coloured(stateWord(state), stateColours[state], look);
}

/** The word for a task that was deleted. */
export function deletedText(look: Look): string {
  return coloured("deleted", "dim", look);
}

function coloured(text: string, colour: Colour | undefined, { colours }: Look): string {
  return colours && colour !== undefined ? styleText(colour, text, { validateStream: false }) : text;
}
