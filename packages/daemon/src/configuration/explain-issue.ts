import type { z } from "zod";
import { configurationJsonSchema } from "./json-schema.ts";
import { nearestWord } from "./nearest-word.ts";
import { showValue } from "./show-value.ts";

export type PathProblem = { readonly path: readonly PropertyKey[]; readonly message: string; readonly remedy: string };

type Issue = z.core.$ZodIssue;
type Schema = z.core.JSONSchema.JSONSchema;

/**
 * Says what is wrong and what would be right. The schema hands the second down as the issue's message
 * (see values.ts); the first is read from the kind of issue and the value that stands there.
 */
export function explainIssue(issue: Issue, root: unknown): PathProblem[] {
  const { path } = issue;
  const value = valueAt(root, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: "there is no such key",
        remedy: remedyForKey(key, path),
      }));
    case "invalid_key":
      return [{ path, message: "this name cannot be used", remedy: issue.issues[0]?.message ?? issue.message }];
    case "custom":
      return [{ path, message: String(issue.params?.["wrong"] ?? "is wrong"), remedy: issue.message }];
    case "invalid_union":
      return explainUnion(issue, root);
    case "too_small":
      return [
        {
          path,
          message: Array.isArray(value) ? "the list is empty" : `${showValue(value)} is too small`,
          remedy: issue.message,
        },
      ];
    case "too_big":
      return [
        {
          path,
          message: Array.isArray(value) ? "the list is too long" : `${showValue(value)} is too large`,
          remedy: issue.message,
        },
      ];
    case "invalid_type":
      return [
        {
          path,
          message: wrongType(value),
          remedy: sectionTypes.has(issue.expected) ? remedyForSection(path) : issue.message,
        },
      ];
    case "invalid_value":
    case "invalid_format":
      return [{ path, message: `${showValue(value)} is not known here`, remedy: issue.message }];
    default:
      return [{ path, message: wrongType(value), remedy: issue.message }];
  }
}

const sectionTypes: ReadonlySet<string> = new Set(["object", "record"]);

/** Of a text or a list of texts: where it is a list, what is wrong inside it. */
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
  return typeof value === "string"
    ? `${showValue(value)} is a text`
    : `is ${typeof value === "number" ? "the number " : ""}${showValue(value)}`;
}

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined,
    root,
  );
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
  const elsewhere = pathsNamed(key, configurationJsonSchema, "").filter((path) => !path.includes("*"));
  if (elsewhere.length > 0) return `did you mean ${elsewhere.join(" or ")}?`;
  return `known here: ${known.join(", ")}`;
}

function knownKeys(section: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = configurationJsonSchema;
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
