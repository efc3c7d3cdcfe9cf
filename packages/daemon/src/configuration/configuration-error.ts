import { escapeHidden } from "@dwld/text";

/** One mistake. */
export type ConfigurationProblem = {
  /** Path of the key, "sites.youtube.hosts[0]"; empty if the mistake concerns the whole file. */
  readonly path: string;
  /** Counted from 1; undefined if no line can be named. */
  readonly line: number | undefined;
  readonly message: string;
  readonly remedy: string;
};

/** The configuration cannot be used. The message has a line for each mistake: "file:line: path: wrong; right". */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly code = "configuration";
  readonly file: string;
  readonly problems: readonly ConfigurationProblem[];
  constructor(file: string, problems: readonly ConfigurationProblem[]) {
    super(problems.map((problem) => line(file, problem)).join("\n"));
    this.file = file;
    this.problems = problems;
  }

  /** Returns the error of one mistake that concerns a whole file. */
  static ofFile(file: string, message: string, remedy: string): ConfigurationError {
    return new ConfigurationError(file, [{ path: "", line: undefined, message, remedy }]);
  }
}

function line(file: string, problem: ConfigurationProblem): string {
  const where = problem.line === undefined ? file : `${file}:${problem.line}`;
  const what = problem.path === "" ? problem.message : `${problem.path}: ${problem.message}`;
  // The message may quote the file, and goes to a terminal.
  return escapeHidden(`${where}: ${what}; ${problem.remedy}`);
}
