import type { DatabaseOptions } from "../database.ts";
import { locationName, type PostgresLocation } from "../location.ts";
import { directAddress, ownerAddress } from "./address.ts";
import { connect, end, unhurried } from "./connect.ts";
import { refuseLivingProcesses } from "./living-processes.ts";
import { pendingMigrations, refuseOtherSchemas } from "./migrate.ts";
import { PostgresCopySource, readTables } from "./postgres-copy-source.ts";
import { PostgresCopyTarget } from "./postgres-copy-target.ts";
import { migrateAndGrant } from "./prepare-schema.ts";
import { CopyError } from "../copy-error.ts";
import { writeLock } from "./write-lock.ts";

/** Opens the tables of a server to be copied, as they are at one moment. */
export async function openCopySource(
  location: PostgresLocation,
  options: DatabaseOptions,
): Promise<PostgresCopySource> {
  const name = locationName(location);
  const client = await connect(directAddress(location, options), unhurried);
  try {
    await refuseOtherSchemas(client, name);
    if ((await pendingMigrations(client)).length > 0)
      throw new CopyError(
        `${name} has no task table, or that of an earlier dwld. Start and stop this version with it, and repeat.`,
      );
    await refuseLivingProcesses(client, name);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return new PostgresCopySource(client, name, await readTables(client));
  } catch (error) {
    end(client);
    throw error;
  }
}

/** Makes the schema if there is none, and opens its empty tables to be filled. */
export async function openCopyTarget(
  location: PostgresLocation,
  options: DatabaseOptions,
): Promise<PostgresCopyTarget> {
  const name = locationName(location);
  await migrateAndGrant(location, options);
  const client = await connect(ownerAddress(location, options), unhurried);
  try {
    await refuseLivingProcesses(client, name);
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${writeLock})`);
    return await PostgresCopyTarget.open(client, name);
  } catch (error) {
    end(client);
    throw error;
  }
}
