import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import type { DatabaseOptions } from "../database.ts";
import { locationName, type PostgresLocation, type TlsSettings } from "../location.ts";
import { type Address, readUrl, type Server } from "./address.ts";
import { connect, end } from "./connect.ts";
import { migrate, pendingMigrations, refuseNewerSchema, refuseOtherSchemas } from "./migrate.ts";
import { PostgresEngine } from "./postgres-engine.ts";
import { explainPostgresError } from "./postgres-error.ts";

/**
 * Opens the task table on a server, makes its schema if there is none, and brings it up to date.
 *
 * @throws DatabaseError if it cannot be used; the message says why and what to do.
 */
export async function openPostgres(location: PostgresLocation, options: DatabaseOptions): Promise<PostgresEngine> {
  const name = locationName(location);
  try {
    await prepareSchema(location, options, name);
    const address = addressOf(location, options);
    const direct =
      location.directUrl === undefined
        ? address
        : addressOf({ ...location, url: location.directUrl, tls: location.directTls }, options);
    const connections = {
      connect: async () => await connect(address),
      connectDirectly: async () => await connect(direct),
    };
    const guard = async (client: Parameters<typeof refuseNewerSchema>[0]) => {
      await refuseNewerSchema(client, name);
    };
    return await PostgresEngine.open(connections, { name, guard, patientUntil: options.patientUntil });
  } catch (error) {
    throw explainPostgresError(error, name);
  }
}

/** A schema that is up to date is not touched, so that a role without the right to change it starts as well. */
async function prepareSchema(location: PostgresLocation, options: DatabaseOptions, name: string): Promise<void> {
  const client = await connect(addressOf(location, options));
  try {
    await refuseOtherSchemas(client, name);
    if ((await pendingMigrations(client)).length === 0) return;
  } finally {
    end(client);
  }
  const owner = await connect(addressOf(location, options, location.owner));
  try {
    await migrate(owner, name);
  } finally {
    end(owner);
  }
}

function addressOf(
  { url, tls, passwordFile }: Pick<PostgresLocation, "url" | "passwordFile"> & { tls?: TlsSettings | undefined },
  { readSecret }: DatabaseOptions,
  role: { user?: string; passwordFile?: string } = {},
): Address {
  const { servers, user, database } = readUrl(url);
  const secret = role.user === undefined ? passwordFile : role.passwordFile;
  return {
    servers,
    user: role.user ?? user,
    database,
    password: () => (secret === undefined ? undefined : readSecret?.(secret)),
    tls: tls?.mode === "verify" ? async (server) => await verifying(server, tls) : undefined,
  };
}

/** The server's certificate and its name are verified: libpq's verify-full. */
async function verifying({ host }: Server, { caFile }: TlsSettings): Promise<ConnectionOptions> {
  return {
    servername: host,
    rejectUnauthorized: true,
    ...(caFile === undefined ? {} : { ca: await readFile(caFile, "utf8") }),
  };
}
