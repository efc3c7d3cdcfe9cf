import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { CopyError } from "../copy-error.ts";
import { leaseMs } from "../lease-time.ts";

/** Milliseconds between two looks. */
const lookEveryMs = 500;

type Beats = ReadonlyMap<string, { heartbeat: number; told: string }>;

/**
 * Refuses a table with which a process works: one whose heartbeat counts. If processes are registered, that takes up to 15 s,
 * since one that was killed is registered still.
 */
export async function refuseLivingProcesses(client: Client, name: string): Promise<void> {
  const first = await readBeats(client);
  const deadline = performance.now() + leaseMs;
  for (let beats = first; beats.size > 0 && performance.now() < deadline; beats = await readBeats(client)) {
    const living = [...beats].find(([id, { heartbeat }]) => first.get(id)?.heartbeat !== heartbeat);
    if (living !== undefined)
      throw new CopyError(
        `${name} is in use by ${living[1].told}: stop all of dwld, on all machines, and repeat. Nothing was changed.`,
      );
    await pause(lookEveryMs);
  }
}

async function readBeats(client: Client): Promise<Beats> {
  const { rows } = await client.query<{ id: string; heartbeat: number; told: string }>(
    "SELECT id, heartbeat, app || ' on ' || host || ' (process ' || pid || ')' AS told FROM processes",
  );
  return new Map(rows.map(({ id, heartbeat, told }) => [id, { heartbeat, told }]));
}
