import type { Configuration } from "@dwld/daemon";
import { readPool } from "../cookies/pool-files.ts";
import { programEnvironment } from "../process/program-environment.ts";
import { type LeftOut, leftOutStages } from "../stages/available-stages.ts";
import { gatherStageFacts } from "../stages/stage-facts.ts";
import { versionFolder } from "../versions/version-folder.ts";
import { hasFiles, usedVersion } from "../versions/version-states.ts";
import { createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { chooseAmongVersions } from "../ytdlp-versions/tried-ytdlps.ts";
import { readVersions } from "../ytdlp-versions/read-versions.ts";
import { inspectInstallation } from "./installation.ts";
import { type Inspected, reportYtdlp, type YtdlpReport } from "./report.ts";

export { printReport } from "./report.ts";

type Environment = Readonly<Record<string, string>>;

/** Inspects each yt-dlp of the configuration, and finds the stages that can be tried here. */
export async function ytdlpReport(configuration: Configuration, env: NodeJS.ProcessEnv): Promise<YtdlpReport> {
  const environment = programEnvironment(env);
  const commands = await commandsNow(configuration);
  const surroundings = { environment, now: Date.now, onUnusable: () => undefined, onError: () => undefined };
  const ytdlps = createYtdlpCommands(commands, surroundings);
  const inspected = await inspectAll(ytdlps, commands, environment);
  return reportYtdlp(inspected, await findLeftOut(configuration, ytdlps, environment), Date.now());
}

/** Returns the configured commands; before them, the version that is used if dwld fetched it. */
async function commandsNow(configuration: Configuration): Promise<Readonly<Record<string, readonly string[]>>> {
  const { commands } = configuration.worker.ytdlp;
  const used = usedVersion((await readVersions(configuration))?.versions ?? []);
  if (used === undefined || !hasFiles(used)) return commands;
  return { [used.version]: versionFolder(configuration.data).commandOf(used.version), ...commands };
}

type Ytdlps = ReturnType<typeof createYtdlpCommands>;

/** Only the worker knows which cookies sites have refused: here all that exist count. */
async function findLeftOut(configuration: Configuration, ytdlps: Ytdlps, environment: Environment): Promise<LeftOut[]> {
  const usable = async (path: string): Promise<string | string[]> => {
    const { files, problems } = await readPool(path);
    return files.length === 0 ? problems.join("; ") : files.map((file) => file.path);
  };
  const capabilities = chooseAmongVersions(ytdlps);
  const facts = await gatherStageFacts({ configuration, capabilities, cookies: { usable }, environment });
  return leftOutStages(configuration.stages, facts);
}

async function inspectAll(
  ytdlps: Ytdlps,
  commands: Readonly<Record<string, readonly string[]>>,
  environment: Environment,
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
