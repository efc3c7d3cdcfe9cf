import { BackupError } from "../backup-error.ts";
import type { Backup, BackUpOptions, Restored, RestoreOptions } from "../backup.ts";
import type { EngineRoom } from "../engine-room.ts";
import { locationName, type PostgresLocation } from "../location.ts";
import { directAddress, directTls, ownerAddress } from "./address.ts";
import { connect, end, unhurried } from "./connect.ts";
import { dumpTables } from "./dump-tables.ts";
import { inspectServer, schemaStateOf } from "./inspect-server.ts";
import { libpqEnvironment } from "./libpq-environment.ts";
import { openCopySource, openCopyTarget } from "./open-copy.ts";
import { openPostgres } from "./open-postgres.ts";
import { explainPostgresError } from "./postgres-error.ts";
import { migrateAndGrant } from "./prepare-schema.ts";
import { restoreTables } from "./restore-tables.ts";

export const room: EngineRoom<PostgresLocation> = {
  open: openPostgres,
  explain: (error, location) => explainPostgresError(error, locationName(location)),
  migrate: migrateAndGrant,
  inspect: inspectServer,
  schemaState: schemaStateOf,
  backUp,
  restore,
  openCopySource,
  openCopyTarget,
};

async function backUp(location: PostgresLocation, target: string, options: BackUpOptions): Promise<Backup> {
  const address = directAddress(location, options);
  const client = await connect(address, unhurried);
  try {
    return await dumpTables(client, libpqEnvironment(address, directTls(location)), target, options);
  } finally {
    end(client);
  }
}

async function restore(
  location: PostgresLocation,
  backup: string | undefined,
  options: RestoreOptions,
): Promise<Restored> {
  const name = locationName(location);
  if (backup === undefined)
    throw new BackupError(
      `${name} is not emptied: create another database, and name it in database.url. The first start makes its tables.`,
    );
  const address = ownerAddress(location, options);
  const client = await connect(address, unhurried);
  try {
    const environment = libpqEnvironment(address, directTls(location));
    const restored = await restoreTables(client, { name, database: address.database, environment }, backup, options);
    await migrateAndGrant(location, options);
    return restored;
  } finally {
    end(client);
  }
}
