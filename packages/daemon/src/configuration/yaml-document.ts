import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLError } from "yaml";
import type { ConfigurationProblem } from "./configuration-error.ts";
import type { PathProblem } from "./written-values.ts";

export type YamlDocument = {
  readonly value: unknown;
  readonly problems: readonly ConfigurationProblem[];
  /** Adds the line of the key or list item at the problem's path, or of the nearest thing around it that is there. */
  readonly locate: (problem: PathProblem) => ConfigurationProblem;
};

/** Far more than a configuration needs. Aliases of aliases multiply, and would fill the memory. */
const maxAliases = 100;
const maxLength = 256 * 1024;

/** Reads YAML 1.2. `problems` are mistakes of the YAML itself; with any but a repeated key, `value` is undefined. */
export function readYaml(text: string): YamlDocument {
  if (text.length > maxLength) return unreadable(`is larger than ${maxLength / 1024} KiB`);
  const lineCounter = new LineCounter();
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  const { contents } = document;
  const errors = withoutEchoes([...document.errors, ...document.warnings]);
  if (errors.some((error) => error.code === "RESOURCE_EXHAUSTION")) return unreadable("nests too deep");
  const problems = errors.map((error) => explainYamlError(error, contents, lineAt(error.pos[0])));
  const locate = ({ path, message, remedy }: PathProblem): ConfigurationProblem => {
    const offset = offsetOf(contents, path);
    return { path: formatPath(path), line: offset === undefined ? undefined : lineAt(offset), message, remedy };
  };
  if (document.errors.some((error) => error.code !== "DUPLICATE_KEY")) return { value: undefined, problems, locate };
  try {
    return { value: document.toJS({ maxAliasCount: maxAliases }) as unknown, problems, locate };
  } catch (error) {
    // yaml throws a ReferenceError for an alias without its anchor and for aliases that multiply.
    if (!(error instanceof ReferenceError)) throw error;
    const { message } = error;
    const problem = { path: "", line: undefined, message, remedy: "write the value out where it is needed" };
    return { value: undefined, problems: [...problems, problem], locate };
  }
}

/** Keeps the first token that was not expected: the parser repeats that for every token behind it. */
function withoutEchoes(errors: readonly YAMLError[]): YAMLError[] {
  const first = errors.find(({ code }) => code === "UNEXPECTED_TOKEN");
  return errors.filter((error) => error === first || error.code !== "UNEXPECTED_TOKEN");
}

function unreadable(message: string): YamlDocument {
  const problem = { path: "", line: undefined, message, remedy: "name the configuration file, not another one" };
  return { value: undefined, problems: [problem], locate: (found) => ({ ...found, path: "", line: undefined }) };
}

function explainYamlError(error: YAMLError, root: unknown, line: number): ConfigurationProblem {
  const wrong = (message: string, remedy: string, path = "") => ({ path, line, message, remedy });
  switch (error.code) {
    case "DUPLICATE_KEY":
      return wrong("stands here a second time", "keep one of them", formatPath(pathAt(root, error.pos[0])));
    case "TAB_AS_INDENT":
      return wrong("a tab indents this line", "YAML indents with spaces");
    case "NON_STRING_KEY":
      return wrong("this key is not a text", "write it in quotes");
    case "MULTIPLE_DOCS":
      return wrong("a second document begins here", "keep one, without --- between its parts");
    default:
      return wrong(firstLine(error.message), "correct the YAML here, or in the lines above");
  }
}

/** Writes a path as "sites.youtube.hosts[0]". */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
}

/** Returns the path of the key at an offset. */
function pathAt(node: unknown, offset: number): readonly PropertyKey[] {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      if (key.range?.[0] === offset) return [String(key.value)];
      const below = pathAt(value, offset);
      if (below.length > 0) return [String(key.value), ...below];
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const below = pathAt(item, offset);
      if (below.length > 0) return [index, ...below];
    }
  }
  return [];
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replace(/[.:]$/, "");
}

/** Returns the offset of a path, or of the nearest thing around it that is there. */
function offsetOf(root: unknown, path: readonly PropertyKey[]): number | undefined {
  let node = root;
  let offset = (root as Node | null)?.range?.[0];
  for (const step of path) {
    if (isAlias(node)) return offset;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) return offset;
      offset = (item as Node).range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}
