import type { Configuration } from "@dwld/daemon";
import { DatabaseError, type YtdlpVersionRow } from "@dwld/queue";
import { readPool } from "../cookies/pool-files.ts";
import { programEnvironment } from "../process/program-environment.ts";
import { type LeftOut, leftOutStages } from "../stages/available-stages.ts";
import { gatherStageFacts } from "../stages/stage-facts.ts";
import { versionFolder } from "../releases/version-folder.ts";
import { commandsOf, usedVersion } from "../ytdlp-versions/version-states.ts";
import { type CommandsByName, createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { chooseAmongVersions } from "../ytdlp-versions/tried-ytdlps.ts";
import { namedByStages } from "../ytdlp-versions/update-parts.ts";
import { readVersions, type VersionFacts } from "../ytdlp-versions/read-versions.ts";
import { inspectInstallation } from "./installation.ts";
import { updateRemarks } from "./update-remarks.ts";
import { type Inspected, reportYtdlp, type YtdlpReport } from "./report.ts";

export { printReport, type YtdlpReport } from "./report.ts";

type Environment = Readonly<Record<string, string>>;

/** Inspects each yt-dlp of the configuration, and finds the stages that can be tried here. */
export async function inspectYtdlps(configuration: Configuration, env: NodeJS.ProcessEnv): Promise<YtdlpReport> {
  const environment = programEnvironment(env);
  const known = await knownVersions(configuration);
  const commands = commandsNow(configuration, known?.versions ?? []);
  const surroundings = { environment, now: Date.now, onUnusable: () => undefined, onError: () => undefined };
  const ytdlps = createYtdlpCommands(commands, surroundings);
  const inspected = await inspectAll(ytdlps, commands, environment);
  const isUpdated = configuration.worker.ytdlp.update.channel !== "off";
  const leftOut = await findLeftOut(configuration, ytdlps, environment);
  const remarks =
    isUpdated && known !== undefined ? updateRemarks(known, namedByStages(configuration), Date.now()) : [];
  return reportYtdlp(inspected, { leftOut, remarks, isUpdated }, Date.now());
}

/** Returns undefined if dwld fetches none, or if the table cannot be read now. */
async function knownVersions(configuration: Configuration): Promise<VersionFacts | undefined> {
  if (!configuration.worker.ytdlp.update.isManaged) return undefined;
  try {
    const facts = await readVersions(configuration);
    return facts === "older" ? undefined : facts;
  } catch (error) {
    if (error instanceof DatabaseError) return undefined;
    throw error;
  }
}

/** Returns the configured commands, and those of the versions that are used for what names no other, or that a stage names. */
function commandsNow({ data, stages, worker }: Configuration, versions: readonly YtdlpVersionRow[]): CommandsByName {
  const used = usedVersion(versions);
  const named = new Set(Object.values(stages).map(({ ytdlp }) => ytdlp));
  const needed = versions.filter((row) => row === used || named.has(row.version));
  return commandsOf(needed, versionFolder(data), worker.ytdlp.commands);
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

async function inspectAll(ytdlps: Ytdlps, commands: CommandsByName, environment: Environment): Promise<Inspected[]> {
  const found = await ytdlps.all();
  return await Promise.all(
    found.map(async ({ name, capabilities, error }): Promise<Inspected> => {
      const command = commands[name] ?? [];
      if (capabilities === undefined) return { name, command, error: error?.message ?? "" };
      return { name, command, capabilities, installation: await inspectInstallation(capabilities, environment) };
    }),
  );
}
