import type { Client } from "pg";
import { DatabaseError } from "../database-error.ts";

/** The oldest version that has all that the statements use. The tests run on 17. */
const oldestMajor = 14;

export async function serverMajor(client: Client): Promise<number> {
  const { rows } = await client.query<{ major: number }>(
    "SELECT current_setting('server_version_num')::integer / 10000 AS major",
  );
  return rows[0]?.major ?? 0;
}

/** @throws DatabaseError if the server is too old. */
export async function refuseOldServer(client: Client, name: string): Promise<void> {
  const major = await serverMajor(client);
  if (major < oldestMajor)
    throw new DatabaseError(
      "unopenable",
      `${name} is a PostgreSQL ${major}; dwld needs ${oldestMajor} or later. Upgrade the server.`,
    );
}
