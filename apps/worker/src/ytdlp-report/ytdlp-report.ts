import { parseArgs } from "node:util";
import { type Configuration, ConfigurationError, loadConfiguration, redactSecrets, UsageError } from "@dwld/daemon";
import { readPool } from "../cookies/pool-files.ts";
import { type LeftOut, leftOutStages } from "../stage/available-stages.ts";
import { gatherStageFacts } from "../stage/stage-facts.ts";
import { programEnvironment } from "../ytdlp/program-environment.ts";
import { createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { inspectInstallation } from "./installation.ts";
import { type Inspected, printReport, reportYtdlp } from "./report.ts";

const usage = `Usage: dwld ytdlp [--json] [--config FILE]

Shows each yt-dlp of worker.ytdlp: its version and age, what it can do, what it lacks, and what to do about that; and the
stages that are left out until they have what they need.

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
    const configuration = loadConfiguration(config === undefined ? [] : ["--config", config], env);
    const environment = programEnvironment(env);
    const surroundings = { environment, now: Date.now, onUnusable: () => undefined, onError: () => undefined };
    const { commands } = configuration.worker.ytdlp;
    const ytdlps = createYtdlpCommands(commands, surroundings);
    const inspected = await inspectAll(ytdlps, commands, environment);
    const report = reportYtdlp(inspected, await findLeftOut(configuration, ytdlps, environment), Date.now());
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

type Ytdlps = ReturnType<typeof createYtdlpCommands>;

/** What sites have said to cookies is the worker's to know: here they count as they lie there. */
async function findLeftOut(
  configuration: Configuration,
  ytdlps: Ytdlps,
  environment: Readonly<Record<string, string>>,
): Promise<LeftOut[]> {
  const usable = async (path: string): Promise<string | string[]> => {
    const { files, problems } = await readPool(path);
    return files.length === 0 ? problems.join("; ") : files.map((file) => file.path);
  };
  const capabilities = (name?: string) => ytdlps.choose(name);
  const facts = await gatherStageFacts({ configuration, capabilities, cookies: { usable }, environment });
  return leftOutStages(configuration.stages, facts);
}

async function inspectAll(
  ytdlps: Ytdlps,
  commands: Readonly<Record<string, readonly string[]>>,
  environment: Readonly<Record<string, string>>,
): Promise<Inspected[]> {
  const found = await ytdlps.all();
  return await Promise.all(
    found.map(async ({ name, capabilities, error }): Promise<Inspected> => {
      const command = commands[name] ?? [];
      if (capabilities === undefined) return { name, command, error: error?.message ?? "" };
      return { name, command, capabilities, installation: await inspectInstallation(capabilities, environment) };
    }),
  );
}
