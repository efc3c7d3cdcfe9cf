import {
  changeYtdlpVersions,
  type Database,
  forgetYtdlpResults,
  noteYtdlpCheck,
  type YtdlpVersionRow,
  ytdlpVersions,
} from "@dwld/queue";
import { errorText } from "@dwld/text";
import type { YtdlpCommands } from "../ytdlp/ytdlp-commands.ts";
import { YtdlpUnavailableError } from "../ytdlp/capabilities.ts";
import { type FetchParts, fetchVersion } from "../releases/fetch-version.ts";
import { ReleaseError, UnfitVersionError } from "../releases/release-error.ts";
import { findLatest } from "../releases/release-source.ts";
import { lockVersions, removeUnfinished } from "../releases/version-folder.ts";
import { isNewer } from "../releases/version-number.ts";
import {
  beginTrial,
  failedSelfTest,
  installedOrigin,
  isUnfit,
  keep,
  noteInstalled,
  pinnedInsteadOf,
  rowOf,
  setAside,
  takeOver,
  tidy,
} from "./version-states.ts";

export type UpdateParts = FetchParts & {
  readonly database: Database;
  /** The name of this host. */
  readonly host: string;
  /** Asks the yt-dlp that came with dwld. */
  readonly installed: YtdlpCommands["choose"];
  /** Versions that stages name. */
  readonly namedByStages: () => ReadonlySet<string>;
  /** A person asks: versions that stages name and that are set aside are tried again. */
  readonly isAsked?: boolean;
  readonly now: () => number;
};

/** The result of an update. */
export type UpdateResult = {
  readonly result: "busy" | "nothing_newer" | "waiting" | "set_aside" | "candidate" | "current";
  /** The version that the release server offers; empty: it was not asked. */
  readonly version: string;
  /** Another version, which is pinned and stays in use. */
  readonly pinned: string | null;
  /** Versions that stages name, and that this look set aside. */
  readonly refused: readonly Refused[];
};

type Refused = { readonly version: string; readonly reason: string };

/**
 * Looks for a newer version, and begins to try it. What is in use stays in use, whatever happens.
 *
 * @throws ReleaseError if none could be had, which is on record then.
 */
export async function update(parts: UpdateParts): Promise<UpdateResult> {
  const { database, host, now } = parts;
  try {
    await using lock = await lockVersions(parts.folder);
    if (lock === undefined) return { result: "busy", version: "", pinned: null, refused: [] };
    await removeUnfinished(parts.folder);
    await noteInstalledYtdlp(parts);
    const { problems, refused } = await fetchNamed(parts);
    const { result, version } = await updateLocked(parts);
    const problem = problems.join("; ");
    await noteYtdlpCheck(database, { host, checked_at: now(), succeeded_at: now(), newest: version, problem });
    await forgetYtdlpResults(database, now());
    return { result, version, pinned: pinnedInsteadOf(await ytdlpVersions(database, host), version), refused };
  } catch (error) {
    parts.signal.throwIfAborted();
    await noteYtdlpCheck(database, { host, checked_at: now(), problem: errorText(error) });
    throw error;
  }
}

async function updateLocked(parts: UpdateParts): Promise<Pick<UpdateResult, "result" | "version">> {
  const { database, host, source, namedByStages, signal } = parts;
  const version = await findLatest(source, signal);
  const rows = await ytdlpVersions(database, host);
  const known = rows.find((row) => row.version === version);
  const isRefused = known?.state === "set_aside";
  const newest = rows.filter(({ state }) => state === "current" || state === "candidate");
  if (!newest.every((row) => isNewer(version, row.version))) return { result: "nothing_newer", version };
  if (isRefused) return { result: "set_aside", version };
  // Versions are tried one after the other: a channel that has a new one each day would never get to the end of a trial.
  if (rowOf(rows, "candidate") !== undefined) return { result: "waiting", version };
  const fetched = { host, version, origin: source.channel };
  if (known === undefined && !(await parts.folder.list()).includes(version)) {
    try {
      await fetchVersion(version, parts);
    } catch (error) {
      if (!(error instanceof UnfitVersionError)) throw error;
      await changeYtdlpVersions(database, host, (all) =>
        setAside(all, fetched, failedSelfTest(error.message), parts.now()),
      );
      return { result: "set_aside", version };
    }
  }
  const { after } = await changeYtdlpVersions(database, host, (all) => {
    const tried = tidy(beginTrial(all, fetched, parts.now()), namedByStages());
    // Where no version works, an untried one is better than none.
    return rowOf(tried, "current") === undefined ? takeOver(tried, version, parts.now()) : tried;
  });
  return { result: rowOf(after, "candidate")?.version === version ? "candidate" : "current", version };
}

/**
 * Fetches the versions that stages name. One that cannot be had keeps no other away; one that is unfit is set aside, and not fetched again
 * until a person asks.
 */
async function fetchNamed(parts: UpdateParts): Promise<{ problems: string[]; refused: Refused[] }> {
  const { database, host, source, isAsked = false, now } = parts;
  const problems: string[] = [];
  const refused: Refused[] = [];
  const known = await ytdlpVersions(database, host);
  for (const version of parts.namedByStages())
    try {
      if (isAsked || !known.some((row) => row.version === version && isUnfit(row)))
        await fetchIfMissing(version, parts);
    } catch (error) {
      if (!isUpdateError(error)) throw error;
      if (error instanceof ReleaseError)
        problems.push(`${version}, which a stage names, cannot be had: ${error.message}`);
      else {
        const row = { host, version, origin: source.channel };
        await changeYtdlpVersions(database, host, (all) => setAside(all, row, failedSelfTest(error.message), now()));
        refused.push({ version, reason: error.message });
      }
    }
  return { problems, refused };
}

/** Notes the version that came with dwld, if it works. */
export async function noteInstalledYtdlp({
  database,
  host,
  installed,
  now,
}: Pick<UpdateParts, "database" | "host" | "installed" | "now">): Promise<void> {
  try {
    const { version } = await installed("default");
    await changeYtdlpVersions(database, host, (rows) => noteInstalled(rows, { host, version }, now()));
  } catch (error) {
    if (!(error instanceof YtdlpUnavailableError)) throw error;
    const isGone = ({ origin }: YtdlpVersionRow) => origin === installedOrigin;
    await changeYtdlpVersions(database, host, (rows) =>
      rows.some(isGone) ? rows.filter((row) => !isGone(row)) : rows,
    );
  }
}

/**
 * Fetches a version that a person or a stage names, unless it is there.
 *
 * @throws ReleaseError
 * @throws UnfitVersionError
 */
export async function fetchIfMissing(version: string, parts: UpdateParts): Promise<void> {
  const { database, host, source, folder, now } = parts;
  const rows = await ytdlpVersions(database, host);
  if (rows.some((row) => row.version === version && row.origin === installedOrigin)) return;
  if (!(await folder.list()).includes(version)) await fetchVersion(version, parts);
  await changeYtdlpVersions(database, host, (all) => keep(all, { host, version, origin: source.channel }, now()));
}

/** Returns whether an error of an update is a message to a person. */
export function isUpdateError(error: unknown): error is ReleaseError | UnfitVersionError {
  return error instanceof ReleaseError || error instanceof UnfitVersionError;
}
