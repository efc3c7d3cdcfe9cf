import { type Configuration, ownHost, readSecretFile } from "@dwld/daemon";
import {
  openDatabase,
  schemaState,
  type YtdlpCheckRow,
  ytdlpResults,
  type YtdlpResultRow,
  type YtdlpVersionRow,
  ytdlpVersions,
} from "@dwld/queue";
import { checkOf } from "./keeper.ts";

/** All that is known of the versions of this host. */
export type VersionFacts = {
  readonly versions: readonly YtdlpVersionRow[];
  readonly check: YtdlpCheckRow | undefined;
  readonly results: readonly YtdlpResultRow[];
};

/**
 * Reads the versions of this host, and changes nothing. Before the first start there are none; "older": the table is of an earlier version,
 * and this one does not read it.
 *
 * @throws DatabaseError
 */
export async function readVersions(configuration: Configuration): Promise<VersionFacts | "older"> {
  const reading = { readSecret: readSecretFile };
  const state = await schemaState(configuration.database, reading);
  if (state === "absent") return { versions: [], check: undefined, results: [] };
  if (state === "older") return state;
  const database = await openDatabase(configuration.database, reading);
  try {
    const host = ownHost(configuration).name;
    const versions = await ytdlpVersions(database, host);
    const results = await ytdlpResults(
      database,
      versions.map(({ version }) => version),
    );
    return { versions, check: await checkOf(database, host), results };
  } finally {
    await database.close();
  }
}
