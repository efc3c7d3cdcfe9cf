import { fixed, type Reader } from "../store/database.ts";
import { listParameter } from "../store/parameters.ts";

/**
 * The length of the millisecond of a UUIDv7 with its dash (RFC 9562, 5.7): with fewer characters, the next task would
 * soon have the same beginning.
 */
const leastCharacters = 13;

type Neighbours = { seq: number; id: string; before: string | null; after: string | null };

/** The same text for any number of tasks. */
const idsAround = `
  SELECT seq, id,
    (SELECT max(id) FROM tasks AS other WHERE other.id < tasks.id) AS before,
    (SELECT min(id) FROM tasks AS other WHERE other.id > tasks.id) AS after
  FROM tasks WHERE seq IN (SELECT CAST(value AS BIGINT) FROM json_each(?))`;

/**
 * Returns, for each `seq`, the shortest prefix of the task's id, of at least 13 characters, with which no other task's
 * id begins.
 */
export async function shortIds(database: Reader, taskSeqs: readonly number[]): Promise<Map<number, string>> {
  if (taskSeqs.length === 0) return new Map();
  const rows = await database.all(fixed<Neighbours>(idsAround, listParameter(taskSeqs)));
  return new Map(rows.map(({ seq, id, before, after }) => [seq, shortest(id, [before ?? "", after ?? ""])]));
}

function shortest(id: string, neighbours: readonly string[]): string {
  const shared = Math.max(...neighbours.map((other) => commonLength(id, other)));
  const prefix = id.slice(0, Math.max(leastCharacters, shared + 1));
  return prefix.endsWith("-") ? id.slice(0, prefix.length + 1) : prefix;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
