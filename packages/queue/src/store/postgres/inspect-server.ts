import type { Client } from "pg";
import { errorText } from "@dwld/text";
import { countersOf } from "../counters.ts";
import type { DatabaseFacts, SchemaState, ServerFacts, Standbys } from "../database-facts.ts";
import { DatabaseError } from "../database-error.ts";
import type { DatabaseOptions } from "../database.ts";
import { topics } from "../topics.ts";
import { locationName, type PostgresLocation } from "../location.ts";
import { directAddress, workingAddress } from "./address.ts";
import { connect, end } from "./connect.ts";
import { countTasksIn } from "./count-tasks.ts";
import { lossRemedy, lossySettings } from "./durability.ts";
import { pendingMigrations, refuseOtherSchemas, tableNames } from "./migrate.ts";
import { openNotifyChannel } from "./notify-channel.ts";
import { maxReaders } from "./readers.ts";
import { missingGrants } from "./rights.ts";

/** Inspects the server and the task table without changing anything, whatever else runs. */
export async function inspectServer(location: PostgresLocation, options: DatabaseOptions): Promise<DatabaseFacts> {
  const name = locationName(location);
  const client = await connect(workingAddress(location, options));
  try {
    const server = await serverFacts(client, await findDeafness(client, location, options));
    await refuseOtherSchemas(client, name);
    if ((await tableNames(client)).length === 0) return { state: "absent", server };
    const pending = await pendingMigrations(client);
    const counts = server.missingGrants.length > 0 ? [] : Object.values(await countTasksIn(client));
    const { rows } = await client.query<{ size: number }>("SELECT pg_database_size(current_database()) AS size");
    return {
      state: "there",
      sizeBytes: rows[0]?.size ?? 0,
      tasks: counts.reduce((sum, count) => sum + count, 0),
      pending,
      damage: undefined,
      server,
    };
  } finally {
    end(client);
  }
}

/** Tells the state of the schema, and changes nothing. */
export async function schemaStateOf(location: PostgresLocation, options: DatabaseOptions): Promise<SchemaState> {
  const client = await connect(workingAddress(location, options));
  try {
    await refuseOtherSchemas(client, locationName(location));
    if ((await tableNames(client)).length === 0) return "absent";
    return (await pendingMigrations(client)).length === 0 ? "current" : "older";
  } finally {
    end(client);
  }
}

type Row = Pick<ServerFacts, "version" | "role" | "encoding" | "clockAheadMs"> & {
  tls: string | null;
  socket: number;
  most: number;
  used: number;
  now: number;
};

const connectionsOfAProcess = maxReaders + ["writer", "notifications"].length;

async function serverFacts(client: Client, deaf: string | undefined): Promise<ServerFacts> {
  // Once for the way to be known.
  await client.query("SELECT 1");
  const askedAt = performance.now();
  await client.query("SELECT 1");
  const roundTripMs = performance.now() - askedAt;
  const { rows } = await client.query<Row>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version, current_user::text AS role,
      (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS tls,
      (inet_server_addr() IS NULL)::integer AS socket, current_setting('server_encoding') AS encoding,
      current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer AS most,
      (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
      extract(epoch FROM clock_timestamp()) * 1000 AS now`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("no row");
  const off = await lossySettings(client);
  return {
    version: row.version,
    tls: row.tls ?? (row.socket === 1 ? undefined : ""),
    role: row.role,
    missingGrants: await missingGrants(client),
    lossySettings: off,
    lossRemedy: lossRemedy(off),
    encoding: row.encoding,
    standbys: await findStandbys(client),
    connections: { most: row.most, used: row.used, ofAProcess: connectionsOfAProcess },
    deaf,
    roundTripMs,
    clockAheadMs: row.now + roundTripMs / 2 - Date.now(),
  };
}

/** Returns the servers that are connected as standbys, of which a role without pg_read_all_stats sees the number alone. */
async function findStandbys(client: Client): Promise<Standbys> {
  const { rows } = await client.query<{ name: string | null; state: string | null; waits: number }>(
    `SELECT application_name AS name, sync_state AS state, (current_setting('synchronous_standby_names') <> '')::integer AS waits
      FROM pg_stat_replication`,
  );
  if (rows.some(({ state }) => state === null))
    return { known: false, count: rows.length, commitsWait: rows.some(({ waits }) => waits === 1) };
  const named = (isWanted: (state: string) => boolean) =>
    rows.flatMap(({ name, state }) => (isWanted(state ?? "") ? [name ?? ""] : []));
  const isSynchronous = (state: string) => state === "sync" || state === "quorum";
  return { known: true, synchronous: named(isSynchronous), asynchronous: named((state) => !isSynchronous(state)) };
}

/** Returns why notifications are not heard on the direct connection; undefined if they are. */
async function findDeafness(
  client: Client,
  location: PostgresLocation,
  options: DatabaseOptions,
): Promise<string | undefined> {
  try {
    const notifier = await openNotifyChannel({
      name: locationName(location),
      connect: async () => await connect(directAddress(location, options)),
      elsewhere: async (run) => await run(client),
      readCounts: async () => await Promise.resolve(countersOf(topics, [])),
    });
    notifier.close();
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError) return errorText(error);
    throw error;
  }
}
