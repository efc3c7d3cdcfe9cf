import { parseArgs } from "node:util";
import { ConfigurationError, loadConfiguration, redactSecrets, UsageError } from "@dwld/daemon";
import { programEnvironment } from "../ytdlp/program-environment.ts";
import { createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { inspectInstallation } from "./installation.ts";
import { type Inspected, printReport, reportYtdlp } from "./report.ts";

const usage = `Usage: dwld ytdlp [--json] [--config FILE]

Shows each yt-dlp of worker.ytdlp: its version and age, what it can do, what it lacks, and what to do about that.

  --json          the same as JSON, alone on stdout
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults

Exit status: 0: the first of them works; 1: it does not; 2: written wrong; 78: the configuration is wrong.
`;

/** Runs `dwld ytdlp`, and gives its exit status. */
export async function ytdlpReport({
  argv,
  env,
  stdout,
  stderr,
}: Pick<NodeJS.Process, "argv" | "env" | "stdout" | "stderr">): Promise<0 | 1 | 2 | 78> {
  const complain = (message: string): void => {
    for (const line of message.split("\n")) stderr.write(`dwld ytdlp: ${redactSecrets(line)}\n`);
  };
  // A reader that has seen enough ("| head") is no failure.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    const { help, json, config } = readArguments(argv.slice(2));
    if (help === true) {
      stdout.write(usage);
      return 0;
    }
    const { worker } = loadConfiguration(config === undefined ? [] : ["--config", config], env);
    const inspected = await inspectAll(worker.ytdlp.commands, programEnvironment(env));
    const report = reportYtdlp(inspected, Date.now());
    stdout.write(redactSecrets(json === true ? `${JSON.stringify(report)}\n` : printReport(report)));
    return report.commands[0]?.works === true ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConfigurationError) && !(error instanceof UsageError)) throw error;
    complain(error.message);
    return error instanceof UsageError ? 2 : 78;
  }
}

function readArguments(args: string[]) {
  const options = {
    config: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || !String(error.code).startsWith("ERR_PARSE_ARGS"))
      throw error;
    throw new UsageError(`${(error.message.split(/\. |\n/)[0] ?? "").replace(/\.$/, "")}; see dwld ytdlp --help`, {
      cause: error,
    });
  }
}

async function inspectAll(
  commands: Readonly<Record<string, readonly string[]>>,
  environment: Readonly<Record<string, string>>,
): Promise<Inspected[]> {
  const surroundings = { environment, now: Date.now, onUnusable: () => undefined, onError: () => undefined };
  const found = await createYtdlpCommands(commands, surroundings).all();
  return await Promise.all(
    found.map(async ({ name, capabilities, error }): Promise<Inspected> => {
      const command = commands[name] ?? [];
      if (capabilities === undefined) return { name, command, error: error?.message ?? "" };
      return { name, command, capabilities, installation: await inspectInstallation(capabilities, environment) };
    }),
  );
}
