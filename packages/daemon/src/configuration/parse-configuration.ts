import { dirname, resolve } from "node:path";
import { ConfigurationError } from "./configuration-error.ts";
import { completeConfiguration, type Configuration } from "./complete-configuration.ts";
import { crossCheck } from "./cross-checks.ts";
import { explainIssue } from "./explain-issue.ts";
import { configurationSchema, type ParsedConfiguration } from "./schema.ts";
import type { PathProblem } from "./written-values.ts";
import { formatPath, readYaml } from "./yaml-document.ts";

type Options = {
  /** Names the file in errors; relative paths begin at its folder. */
  readonly file: string;
  /** An absolute path that replaces the key of that name. */
  readonly data?: string;
};

/**
 * Reads a configuration from YAML.
 *
 * @throws ConfigurationError with every mistake.
 */
export function parseConfiguration(text: string, options: Options): Configuration {
  return completeConfiguration(parseValues(text, options), folderOf(options));
}

/** Returns the folder at which relative paths begin. */
export function folderOf({ file }: Pick<Options, "file">): string {
  return dirname(resolve(file));
}

/**
 * Reads the values of a configuration: what was written, and the defaults that follow from no other key.
 *
 * @throws ConfigurationError with every mistake.
 */
export function parseValues(text: string, options: Options): ParsedConfiguration {
  const { file } = options;
  const document = readYaml(text);
  const problems = [...document.problems];
  if (document.value !== undefined) {
    const written = withoutEmptySections(document.value);
    const result = configurationSchema.safeParse(written);
    const issues = (result.error?.issues ?? []).flatMap((issue) => explainIssue(issue, written));
    problems.push(...onePerPath([...issues, ...crossCheck(written, defaultValues)]).map(document.locate));
    if (result.success && problems.length === 0) return { ...result.data, data: options.data ?? result.data.data };
  }
  throw new ConfigurationError(
    file,
    problems.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)),
  );
}

const defaultValues = configurationSchema.parse({});

/**
 * Leaves out sections without a value, and gives stages without one no settings: a section whose lines are all
 * commented out has its defaults, and so has an empty file.
 */
function withoutEmptySections(value: unknown): unknown {
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) return value;
  const sections = Object.entries(value).filter(([key, section]) => section !== null || !sectionNames.has(key));
  return Object.fromEntries(
    sections.map(([key, section]) => [key, key === "stages" ? withEmptyStages(section) : section]),
  );
}

const sectionNames: ReadonlySet<string> = new Set(
  Object.keys(configurationSchema.shape).filter((key) => key !== "data"),
);

function withEmptyStages(stages: unknown): unknown {
  if (typeof stages !== "object" || stages === null || Array.isArray(stages)) return stages;
  return Object.fromEntries(
    Object.entries(stages).map(([name, stage]) => [name, stage === null ? {} : (stage as unknown)]),
  );
}

/** Keeps the first problem of each value. */
function onePerPath(problems: readonly PathProblem[]): PathProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ path }) => seen.size < seen.add(formatPath(path)).size);
}
