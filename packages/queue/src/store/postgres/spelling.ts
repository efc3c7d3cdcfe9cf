import { hash } from "node:crypto";

/** A statement as PostgreSQL reads it. */
export type Spelled = {
  readonly text: string;
  /** Its name as a prepared statement. Undefined: it is one of many with lists of different lengths, and not kept. */
  readonly name: string | undefined;
};

/** The number of texts that are remembered and prepared: they are few, since lists of values are the exception. */
const maxKnown = 400;

const known = new Map<string, Spelled>();

/**
 * Spells one of the queue's statements for PostgreSQL. Parameters are numbered; PostgreSQL chooses indexes by statistics, so
 * that none is named; a list is read by a function of another name, whose values are texts.
 */
export function spell(text: string): Spelled {
  const before = known.get(text);
  if (before !== undefined) return before;
  let parameters = 0;
  const spelled = text.replaceAll(/'(?:[^']|'')*'|"[^"]*"|\?|\bINDEXED BY (?:\w+|"\w+")|\bjson_each\(\?\)/g, (part) => {
    if (part === "?") return `$${++parameters}`;
    if (part.startsWith("INDEXED BY")) return "";
    if (part.startsWith("json_each")) return `json_array_elements_text($${++parameters}::json)`;
    return part;
  });
  const isKept = known.size < maxKnown && !/\bin \(\$\d+,|\), \(\$/i.test(spelled);
  const answer = { text: spelled, name: isKept ? hash("sha256", spelled, "base64url").slice(0, 24) : undefined };
  if (isKept) known.set(text, answer);
  return answer;
}
