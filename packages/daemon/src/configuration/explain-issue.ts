import type { z } from "zod";
import { configurationJsonSchema } from "./json-schema.ts";
import { nearestWord } from "./nearest-word.ts";
import { showValue } from "./show-value.ts";
import { type PathProblem, valueAt } from "./written-values.ts";

type Issue = z.core.$ZodIssue;
type Schema = z.core.JSONSchema.JSONSchema;

/**
 * Says what is wrong and what would be right. The schema hands the second down as the issue's message (see values.ts);
 * the first follows from the kind of issue and the value that stands there.
 */
export function explainIssue(issue: Issue, root: unknown): PathProblem[] {
  const { path } = issue;
  const value = valueAt(root, path);
  const wrong = (message: string, remedy = issue.message): PathProblem[] => [{ path, message, remedy }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: "there is no such key",
        remedy: remedyForKey(key, path),
      }));
    case "invalid_key":
      return wrong("this name cannot be used", issue.issues[0]?.message);
    case "custom":
      return wrong(String(issue.params?.["wrong"] ?? "is wrong"));
    case "invalid_union":
      return explainUnion(issue, root);
    case "too_small":
      return wrong(Array.isArray(value) ? "the list is empty" : `${showValue(value)} is too small`);
    case "too_big":
      return wrong(Array.isArray(value) ? "the list is too long" : `${showValue(value)} is too large`);
    case "invalid_type":
      return wrong(
        wrongType(value),
        ["object", "record"].includes(issue.expected) ? remedyForSection(path) : issue.message,
      );
    case "invalid_value":
    case "invalid_format":
      return wrong(`${showValue(value)} is not known here`);
    default:
      return wrong(wrongType(value));
  }
}

/** Explains a text or a list of texts: if it is a list, by what is wrong inside it. */
function explainUnion(issue: Extract<Issue, { code: "invalid_union" }>, root: unknown): PathProblem[] {
  const inside = issue.errors.flat().filter((error) => error.code === "custom" || error.path.length > 0);
  if (inside.length === 0)
    return [{ path: issue.path, message: wrongType(valueAt(root, issue.path)), remedy: issue.message }];
  return inside.flatMap((error) => explainIssue({ ...error, path: [...issue.path, ...error.path] }, root));
}

function wrongType(value: unknown): string {
  if (value === undefined) return "is missing";
  if (value === null) return "stands here without a value";
  if (Array.isArray(value)) return "is a list";
  if (typeof value === "object") return "is a section";
  if (typeof value === "string") return `${showValue(value)} is a text`;
  return `is ${typeof value === "number" ? "the number " : ""}${showValue(value)}`;
}

function remedyForSection(path: readonly PropertyKey[]): string {
  const keys = knownKeys(path);
  return keys.length === 0
    ? "a section: a name on each line, its settings indented below"
    : `a section with the keys ${keys.join(", ")}`;
}

function remedyForKey(key: string, section: readonly PropertyKey[]): string {
  const known = knownKeys(section);
  const near = nearestWord(key, known);
  if (near !== undefined) return `did you mean ${near}?`;
  const elsewhere = pathsNamed(key, configurationJsonSchema(), "").filter((path) => !path.includes("*"));
  if (elsewhere.length > 0) return `did you mean ${elsewhere.join(" or ")}?`;
  return `known here: ${known.join(", ")}`;
}

function knownKeys(section: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = configurationJsonSchema();
  for (const step of section) {
    const { properties, additionalProperties, items } = schema as Schema;
    schema =
      properties !== undefined && Object.hasOwn(properties, step)
        ? properties[String(step)]
        : (additionalProperties ?? items);
    if (typeof schema !== "object") return [];
  }
  return Object.keys((schema as Schema).properties ?? {});
}

function pathsNamed(key: string, schema: Schema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, below]) => [
    ...(name === key ? [prefix + name] : []),
    ...(typeof below === "object" ? pathsNamed(key, below, `${prefix}${name}.`) : []),
  ]);
}
