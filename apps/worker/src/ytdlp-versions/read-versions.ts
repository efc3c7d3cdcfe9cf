import { type Configuration, ownHost, readSecretFile } from "@dwld/daemon";
import {
  type Database,
  DatabaseError,
  inspectDatabase,
  openDatabase,
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

export async function versionFacts(database: Database, host: string): Promise<VersionFacts> {
  const versions = await ytdlpVersions(database, host);
  const results = await ytdlpResults(
    database,
    versions.map(({ version }) => version),
  );
  return { versions, check: await checkOf(database, host), results };
}

/** Reads the versions of this host, and changes nothing. Undefined if the table is not there, away, or older than this program. */
export async function readVersions(configuration: Configuration): Promise<VersionFacts | undefined> {
  if (!configuration.worker.ytdlp.update.isManaged) return undefined;
  const reading = { readSecret: readSecretFile };
  try {
    const facts = await inspectDatabase(configuration.database, reading);
    if (facts.state === "absent" || facts.pending.length > 0 || facts.damage !== undefined) return undefined;
    const database = await openDatabase(configuration.database, reading);
    try {
      return await versionFacts(database, ownHost(configuration).name);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof DatabaseError) return undefined;
    throw error;
  }
}
