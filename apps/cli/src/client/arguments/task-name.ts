/** The api accepts no shorter prefix of an id. */
const leastPrefixLength = 4;
const idLength = 36;

/** Stands for the newest task. */
export const newestName = "last";

/** Whether the text can name a task: an id, a prefix of one, or "last". Case does not matter. */
export function isTaskName(text: string): boolean {
  return text.toLowerCase() === newestName || (/^[0-9a-f-]+$/i.test(text) && hasIdLength(text));
}

function hasIdLength({ length }: string): boolean {
  return length >= leastPrefixLength && length <= idLength;
}

/** Whether the name is a whole id. */
export function isWholeId(name: string): boolean {
  return name.length === idLength;
}
