import type { DatabaseOptions } from "../database.ts";
import { locationName, type PostgresLocation } from "../location.ts";
import { directAddress, workingAddress } from "./address.ts";
import { connect } from "./connect.ts";
import { refuseNewerSchema } from "./migrate.ts";
import { PostgresEngine } from "./postgres-engine.ts";
import { explainPostgresError } from "./postgres-error.ts";
import { prepareSchema } from "./prepare-schema.ts";

/**
 * Opens the task table on a server, makes its schema if there is none, and brings it up to date.
 *
 * @throws DatabaseError if it cannot be used; the message says why and what to do.
 */
export async function openPostgres(location: PostgresLocation, options: DatabaseOptions): Promise<PostgresEngine> {
  const name = locationName(location);
  try {
    await prepareSchema(location, options);
    const [address, direct] = [workingAddress(location, options), directAddress(location, options)];
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
