import { type Configuration, ownHost, readSecretFile } from "@dwld/daemon";
import { changeYtdlpVersions, openDatabase, type YtdlpVersionRow } from "@dwld/queue";
import { programEnvironment } from "../process/program-environment.ts";
import type { FetchStep } from "../releases/fetch-version.ts";
import { ReleaseError } from "../releases/release-error.ts";
import {
  fetchIfMissing,
  isUpdateError,
  noteInstalledYtdlp,
  update,
  type UpdateParts,
  type UpdateResult,
} from "./update.ts";
import { lockVersions } from "../releases/version-folder.ts";
import { isVersionNumber } from "../releases/version-number.ts";
import { goBack, pin, pinnedInsteadOf, rowOf, takeOver, tidy, unpin, type Why } from "./version-states.ts";
import { createYtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { readVersions, type VersionFacts } from "./read-versions.ts";
import { updateParts } from "./update-parts.ts";

/** The versions of this host, for the commands of a person. A worker that runs obeys within a minute. */
export type ManagedVersions = AsyncDisposable & {
  /** @param atOnce without a trial. */
  update(atOnce: boolean, how: How): Promise<UpdateResult>;
  pin(version: string, how: How): Promise<void>;
  /** Returns whether one was pinned. */
  unpin(): Promise<boolean>;
  rollback(): Promise<RollbackResult>;
};

/** The version that was left, the current one, and another that is pinned and stays in use. */
export type RollbackResult = { readonly from: string; readonly to: string; readonly pinned: string | null };

type How = Pick<UpdateParts, "signal" | "onStep">;
export type { FetchStep, UpdateResult, VersionFacts, YtdlpVersionRow };

const byHand: Why = { cause: "by_hand", words: { en: "somebody went back by hand", ru: "вернулись вручную" } };

/** @throws ReleaseError if dwld manages no yt-dlp here. */
export async function manageVersions(configuration: Configuration, env: NodeJS.ProcessEnv): Promise<ManagedVersions> {
  refuseUnmanaged(configuration);
  const { commands } = configuration.worker.ytdlp;
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
    update: async (atOnce, how) => {
      // A candidate can be used at once although the look for a newer one fails.
      const looked = await update({ ...parts, ...how, isAsked: true }).catch((error: unknown) => {
        if (atOnce && isUpdateError(error)) return error;
        throw error;
      });
      const { before, after } = await changeYtdlpVersions(database, host, (rows) => {
        const candidate = atOnce ? rowOf(rows, "candidate") : undefined;
        return candidate === undefined ? rows : takeOver(rows, candidate.version, now());
      });
      if (before !== after) {
        const version = rowOf(after, "current")?.version ?? "";
        const refused = looked instanceof Error ? [] : looked.refused;
        return { result: "current", version, pinned: pinnedInsteadOf(after, version), refused };
      }
      if (looked instanceof Error) throw looked;
      return looked;
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
      const { before, after } = await changeYtdlpVersions(database, host, (rows) => goBack(rows, byHand, now()));
      if (before === after)
        throw new ReleaseError("There is no version to go back to: dwld ytdlp list shows which are there.");
      const to = rowOf(after, "current")?.version ?? "";
      return { from: rowOf(before, "current")?.version ?? "", to, pinned: pinnedInsteadOf(after, to) };
    },
    [Symbol.asyncDispose]: async () => {
      await database.close();
    },
  };
}

/**
 * Lists the versions of this host, and changes nothing.
 *
 * @throws ReleaseError if dwld manages no yt-dlp here; DatabaseError
 */
export async function listVersions(configuration: Configuration): Promise<VersionFacts> {
  refuseUnmanaged(configuration);
  const facts = await readVersions(configuration);
  if (facts !== "older") return facts;
  throw new ReleaseError("The task table has the schema of an earlier dwld. Start this version, and ask again.");
}

function refuseUnmanaged({ worker }: Configuration): void {
  if (worker.ytdlp.update.isManaged) return;
  throw new ReleaseError(
    "worker.ytdlp.command or commands names the yt-dlp that is used, and dwld fetches none. Leave it out, or write worker.ytdlp.update.channel beside commands.",
  );
}
