import { type Configuration, ownHost, readSecretFile } from "@dwld/daemon";
import { changeYtdlpVersions, openDatabase, setAsideByHand, type YtdlpVersionRow } from "@dwld/queue";
import { programEnvironment } from "../process/program-environment.ts";
import type { FetchStep } from "../releases/fetch-version.ts";
import { ReleaseError } from "../releases/release-error.ts";
import { fetchIfMissing, noteInstalledYtdlp, update, type UpdateParts, type UpdateResult } from "./update.ts";
import { lockVersions } from "../releases/version-folder.ts";
import { isVersionNumber } from "../releases/version-number.ts";
import { goBack, pin, rowOf, takeOver, tidy, unpin } from "./version-states.ts";
import { createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { type VersionFacts, versionFacts } from "./read-versions.ts";
import { updateParts } from "./update-parts.ts";

/** The versions of this host, for the commands of a person. A worker that runs obeys within a minute. */
export type ManagedVersions = AsyncDisposable & {
  list(): Promise<VersionFacts>;
  /** @param atOnce without a trial. */
  update(atOnce: boolean, how: How): Promise<UpdateResult>;
  pin(version: string, how: How): Promise<void>;
  /** Returns whether one was pinned. */
  unpin(): Promise<boolean>;
  /** Returns the version that was left, and the one that is used from now on. */
  rollback(): Promise<{ from: string; to: string }>;
};

type How = Pick<UpdateParts, "signal" | "onStep">;
export type { FetchStep, UpdateResult, VersionFacts, YtdlpVersionRow };

/** @throws ReleaseError if dwld manages no yt-dlp here. */
export async function manageVersions(configuration: Configuration, env: NodeJS.ProcessEnv): Promise<ManagedVersions> {
  const { update: settings, commands } = configuration.worker.ytdlp;
  if (!settings.isManaged)
    throw new ReleaseError(
      "worker.ytdlp.command or commands names the yt-dlp that is used, and dwld fetches none. Leave it out, or write worker.ytdlp.update.channel beside commands.",
    );
  const database = await openDatabase(configuration.database, { readSecret: readSecretFile });
  const host = ownHost(configuration).name;
  const environment = programEnvironment(env);
  const now = Date.now;
  const configured = createYtdlpCommands(commands, {
    environment,
    now,
    onUnusable: () => undefined,
    onError: () => undefined,
  });
  const parts = updateParts({ configuration: () => configuration, database, host, environment, configured, now });
  return {
    list: async () => await versionFacts(database, host),
    update: async (atOnce, how) => {
      const result = await update({ ...parts, ...how });
      if (!atOnce) return result;
      const { before, after } = await changeYtdlpVersions(database, host, (rows) => {
        const candidate = rowOf(rows, "candidate");
        return candidate === undefined ? rows : takeOver(rows, candidate.version, now());
      });
      return before === after ? result : { result: "current", version: rowOf(after, "current")?.version ?? "" };
    },
    pin: async (version, how) => {
      if (!isVersionNumber(version))
        throw new ReleaseError(`${version} is no version of yt-dlp: it is named as its release, such as 2026.10.26.`);
      await using lock = await lockVersions(parts.folder);
      if (lock === undefined)
        throw new ReleaseError("Another program is fetching a yt-dlp here. Try again in a minute.");
      await noteInstalledYtdlp(parts);
      await fetchIfMissing(version, { ...parts, ...how });
      await changeYtdlpVersions(database, host, (rows) => tidy(pin(rows, version), parts.namedByStages()));
    },
    unpin: async () => {
      const { before, after } = await changeYtdlpVersions(database, host, (rows) => {
        const unpinned = unpin(rows, now());
        return unpinned === rows ? rows : tidy(unpinned, parts.namedByStages());
      });
      return before !== after;
    },
    rollback: async () => {
      const { before, after } = await changeYtdlpVersions(database, host, (rows) =>
        goBack(rows, setAsideByHand, now()),
      );
      if (before === after)
        throw new ReleaseError("There is no version to go back to: dwld ytdlp list shows which are there.");
      return { from: rowOf(before, "current")?.version ?? "", to: rowOf(after, "current")?.version ?? "" };
    },
    [Symbol.asyncDispose]: async () => {
      await database.close();
    },
  };
}
