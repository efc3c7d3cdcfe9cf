import { errorCode } from "@dwld/text";
import type { Client } from "pg";
import { DatabaseError } from "../database-error.ts";
import type { DatabaseOptions } from "../database.ts";
import { locationName, type PostgresLocation } from "../location.ts";
import { ownerAddress, workingAddress } from "./address.ts";
import { connect, end, unhurried } from "./connect.ts";
import { refuseLossyServer } from "./durability.ts";
import { migrate, pendingMigrations, refuseOtherSchemas } from "./migrate.ts";
import { grantsFor, missingGrants } from "./rights.ts";
import { refuseOldServer } from "./server-version.ts";

type Secrets = Pick<DatabaseOptions, "readSecret">;

/**
 * Makes the schema, brings it up to date, and sees that the role of this process may work with it. What is as it should be
 * is not touched, so that neither the owner's password nor a right to change anything is needed then.
 *
 * @returns the names of the migrations that were applied.
 * @throws DatabaseError that says what is missing, as a statement to run where that helps.
 */
export async function prepareSchema(location: PostgresLocation, secrets: Secrets): Promise<string[]> {
  return await prepare(location, secrets, async (client) => {
    await refuseOtherSchemas(client, locationName(location));
    const isOld = (await pendingMigrations(client)).length > 0;
    return { isOld, isReady: !isOld && (await missingGrants(client)).length === 0 };
  });
}

/** Brings the schema up to date as its owner, and grants what dwld needs, even if nothing seems to be missing. */
export async function migrateAndGrant(location: PostgresLocation, secrets: Secrets): Promise<string[]> {
  return await prepare(location, secrets, async () => await Promise.resolve({ isOld: true, isReady: false }));
}

/** @param look tells how the schema is, as the role of this process sees it. */
async function prepare(
  location: PostgresLocation,
  secrets: Secrets,
  look: (client: Client) => Promise<{ isOld: boolean; isReady: boolean }>,
): Promise<string[]> {
  const name = locationName(location);
  const client = await connect(workingAddress(location, secrets));
  try {
    await refuseOldServer(client, name);
    await refuseLossyServer(client, name);
    const { isOld, isReady } = await look(client);
    if (isReady) return [];
    const { rows } = await client.query<{ role: string }>("SELECT current_user::text AS role");
    const applied = await asOwner(location, secrets, { role: rows[0]?.role ?? "", isOld });
    await refuseMissingRights(client, name);
    return applied;
  } finally {
    end(client);
  }
}

async function asOwner(
  location: PostgresLocation,
  secrets: Secrets,
  { role, isOld }: { role: string; isOld: boolean },
): Promise<string[]> {
  const name = locationName(location);
  if (location.owner === undefined && !isOld) return [];
  const owner = await connectAsOwner(location, secrets);
  try {
    await refuseOtherSchemas(owner, name);
    const pending = await pendingMigrations(owner);
    if (pending.length > 0) {
      await refuseIdleOwner(owner, name);
      await migrate(owner, name);
    }
    if (location.owner !== undefined) for (const grant of await grantsFor(owner, role)) await owner.query(grant);
    return pending;
  } finally {
    end(owner);
  }
}

async function connectAsOwner(location: PostgresLocation, secrets: Secrets): Promise<Client> {
  try {
    return await connect(ownerAddress(location, secrets), unhurried);
  } catch (error) {
    if (location.owner === undefined || errorCode(error) !== "configuration") throw error;
    throw new DatabaseError(
      "unwritable",
      `${locationName(location)} has the schema of an earlier dwld, or lacks rights, and the password of database.owner cannot be read here. Run \`sudo dwld database migrate\`.`,
      { cause: error },
    );
  }
}

/** @throws DatabaseError if the role of a connection may not make tables. */
async function refuseIdleOwner(client: Client, name: string): Promise<void> {
  // There is no current schema if the role may not even look into it.
  const { rows } = await client.query<{ role: string; makes: number | null }>(
    "SELECT quote_ident(current_user) AS role, has_schema_privilege(current_schema(), 'CREATE') AS makes",
  );
  const [{ role, makes } = { role: "", makes: 0 }] = rows;
  if (makes !== 1)
    throw new DatabaseError(
      "unwritable",
      `${name}: the user ${role} may not make tables. As the owner of the database: GRANT USAGE, CREATE ON SCHEMA public TO ${role}; or name a user that may in database.owner.`,
    );
}

async function refuseMissingRights(client: Client, name: string): Promise<void> {
  const missing = await missingGrants(client);
  if (missing.length > 0)
    throw new DatabaseError(
      "unwritable",
      `${name} refuses dwld rights that it needs. As the owner of the tables: ${missing.join("; ")}; or name that owner in database.owner.`,
    );
}
