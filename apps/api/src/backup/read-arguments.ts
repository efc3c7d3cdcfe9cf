import { parseArgs } from "node:util";
import { UsageError } from "@dwld/daemon";

export type Order = {
  readonly json: boolean;
  /** For `loadConfiguration`. */
  readonly configuration: readonly string[];
} & (
  | { readonly command: "help"; readonly usage: string }
  | { readonly command: "backup"; readonly file: string }
  /** @property file undefined: an empty table. */
  | { readonly command: "restore"; readonly file: string | undefined }
);

const options = `  --json          the same as one line of JSON
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults
  --data DIR      stands in for its "data"
  -h, --help      this text

Exit status: 0: done; 1: it failed, and nothing was changed; 2: written wrong; 78: the configuration is wrong.
`;

const usages = {
  backup: `Usage: dwld backup [options] FILE

Copies the task table into FILE while everything runs: as it was at one moment, in one file, looked at and found intact.
Nothing is overwritten. It holds the tasks and what became of them, and no videos.

${options}`,
  restore: `Usage: dwld restore [options] FILE
       dwld restore [options] --empty

Puts a backup in the place of the task table, or an empty one. What is there is kept aside under a name with the time,
and never overwritten. Stop all of dwld before, and start it afterwards.

  --empty         no backup: begin anew
${options}`,
} as const;

/** @throws UsageError */
export function readArguments([name = "", ...args]: readonly string[]): Order {
  const command = name === "restore" ? "restore" : "backup";
  const { values, positionals } = parse(command, args);
  const { help = false, json = false, empty = false } = values;
  const configuration = (["config", "data"] as const).flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [`--${key}`, value];
  });
  if (help) return { command: "help", usage: usages[command], json, configuration };
  const [file = "", ...others] = positionals;
  const see = `see dwld ${command} --help`;
  if (command === "restore" && empty) {
    if (file !== "") throw new UsageError(`name a backup, or say --empty, not both; ${see}`);
    return { command, file: undefined, json, configuration };
  }
  if (empty) throw new UsageError(`Unknown option '--empty'; ${see}`);
  if (file === "" || others.length > 0)
    throw new UsageError(`name one file${command === "restore" ? ", or say --empty" : ""}; ${see}`);
  return { command, file, json, configuration };
}

function parse(command: string, args: readonly string[]) {
  const known = {
    config: { type: "string" },
    data: { type: "string" },
    empty: { type: "boolean" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args: [...args], options: known, strict: true, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || !String(error.code).startsWith("ERR_PARSE_ARGS"))
      throw error;
    const message = (error.message.split(/\. |\n/)[0] ?? "").replace(/\.$/, "");
    throw new UsageError(`${message}; see dwld ${command} --help`, { cause: error });
  }
}
