import { parseArgs } from "node:util";
import { UsageError } from "@dwld/daemon";

export type ImportRequest = {
  readonly help: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly file: string;
  /** For `loadConfiguration`. */
  readonly configuration: readonly string[];
};

export const usage = `Usage: dwld import-legacy [options] FILE

Takes over what the first dwld's database (links.db) knows: links that it has finished become history, the others are
queued, in their order. The file is never written to. It may be repeated: no row is taken twice, also when its task is
forgotten meanwhile. Needs no server, and may run beside it. Stop the first dwld before, or both download the same.

  --dry-run       takes nothing, and says what it would take
  --json          a line of JSON for each row, and one for the whole, instead of text
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults
  --data DIR      stands in for its "data"
  -h, --help      this text

Exit status: 0: every row is taken over; 1: some are not, or the file cannot be read; 2: written wrong;
78: the configuration is wrong.
`;

/** @throws UsageError */
export function readArguments(args: readonly string[]): ImportRequest {
  const { values, positionals } = parse(args);
  const [file = "", ...others] = positionals;
  const help = values.help ?? false;
  if (!help && (file === "" || others.length > 0))
    throw new UsageError("name one file, the first dwld's links.db; see dwld import-legacy --help");
  return {
    help,
    json: values.json ?? false,
    dryRun: values["dry-run"] ?? false,
    file,
    configuration: (["config", "data"] as const).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`--${name}`, value];
    }),
  };
}

function parse(args: readonly string[]) {
  const options = {
    config: { type: "string" },
    data: { type: "string" },
    "dry-run": { type: "boolean" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || !String(error.code).startsWith("ERR_PARSE_ARGS"))
      throw error;
    const message = (error.message.split(/\. |\n/)[0] ?? "").replace(/\.$/, "");
    throw new UsageError(`${message}; see dwld import-legacy --help`, { cause: error });
  }
}
