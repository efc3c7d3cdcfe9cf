import type { AppContext } from "@dwld/daemon";
import type { Database } from "@dwld/queue";
import type { ProgramAnswers } from "../process/program-answers.ts";
import { VersionKeeper } from "./keeper.ts";
import type { YtdlpsForAttempt } from "./tried-ytdlps.ts";
import { versionFolder } from "../releases/version-folder.ts";
import { rememberCapabilities } from "../ytdlp/remembered-capabilities.ts";
import { type ChooseYtdlp, createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { chooseAmongVersions, tryVersions } from "./tried-ytdlps.ts";
import { updateParts } from "./update-parts.ts";
import { type Looks, watchVersions } from "./watch-versions.ts";

type OpenParts = {
  readonly database: Database;
  readonly host: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly answers: ProgramAnswers;
  readonly looks: Looks;
  readonly onError: (error: unknown) => void;
};

/** Opens the yt-dlps of the configuration, and the versions that dwld fetches if it does. */
export async function openYtdlps(
  { configuration, settings: configurationNow, logger, shutdown }: AppContext,
  { database, host, environment, answers, looks, onError }: OpenParts,
): Promise<{ capabilities: ChooseYtdlp; ytdlpsFor: YtdlpsForAttempt }> {
  const { commands: configured, update: settings } = configuration.worker.ytdlp;
  const now = Date.now;
  const keeper = new VersionKeeper({ database, host, folder: versionFolder(configuration.data), logger, now });
  const commands = createYtdlpCommands(() => (settings.isManaged ? keeper.commands(configured) : configured), {
    environment,
    now,
    onUnusable: (name, error) => logger.warn({ ytdlp: name }, error.message),
    onError,
    remembered: rememberCapabilities(answers, environment),
  });
  if (!settings.isManaged) {
    const capabilities = commands.choose;
    return { capabilities, ytdlpsFor: async (name) => [{ ytdlp: await capabilities(name) }] };
  }
  await keeper.refresh();
  const parts = updateParts({
    configuration: configurationNow,
    database,
    host,
    environment,
    configured: commands,
    now,
  });
  shutdown.register("versions of yt-dlp", watchVersions({ keeper, parts, settings, looks, logger, onError }));
  return {
    capabilities: chooseAmongVersions(commands),
    ytdlpsFor: tryVersions({ keeper, commands }, { now, random: Math.random }),
  };
}
