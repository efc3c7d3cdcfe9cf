/** Fewer characters of an id say nothing; the api asks for as many. */
const leastPrefixLength = 4;
const idLength = 36;

/** The newest task is called so. */
export const newestName = "last";

/** Whether this can name a task: its id, the beginning of it, or "last". Small and capital letters are the same. */
export function isTaskName(text: string): boolean {
  return text.toLowerCase() === newestName || (/^[0-9a-f-]+$/i.test(text) && hasIdLength(text));
}

function hasIdLength({ length }: string): boolean {
  return length >= leastPrefixLength && length <= idLength;
}

/** Whether nothing is missing in this id. */
export function isWholeId(name: string): boolean {
  return name.length === idLength;
}
