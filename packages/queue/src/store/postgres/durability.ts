import type { Client } from "pg";
import { DatabaseError } from "../database-error.ts";

/** Settings without which a power cut takes back what was answered, or damages the tables. */
const settings = ["fsync", "full_page_writes", "synchronous_commit"];

/** Returns the settings by which the server may lose what it has answered for. */
export async function lossySettings(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT name FROM pg_settings WHERE name = ANY ($1) AND setting = 'off' ORDER BY name",
    [settings],
  );
  return rows.map(({ name }) => name);
}

/** @throws DatabaseError if an accepted link would be lost with the power. */
export async function refuseLossyServer(client: Client, name: string): Promise<void> {
  const off = await lossySettings(client);
  if (off.length > 0) throw new DatabaseError("unopenable", `${name} ${lossText(off)} ${lossRemedy(off)}`);
}

function lossText(off: readonly string[]): string {
  return `loses links that were accepted when its machine goes down: ${off.join(" and ")} ${off.length === 1 ? "is" : "are"} off.`;
}

export function lossRemedy(off: readonly string[]): string {
  const changes = off.map((name) => `ALTER SYSTEM SET ${name} = on;`).join(" ");
  return `As the superuser: ${changes} SELECT pg_reload_conf(); where a role or the database has a value of its own, ALTER ROLE or ALTER DATABASE … RESET.`;
}
