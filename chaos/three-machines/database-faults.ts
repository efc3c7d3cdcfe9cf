import { setTimeout as pause } from "node:timers/promises";
import { accounts, type PostgresEnd } from "@dwld/testbed";
import type { Lane } from "../faults/fault-injection.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { PostgresPair } from "./postgres-pair.ts";

const ends: readonly PostgresEnd[] = ["SIGQUIT", "SIGKILL"];

export function faultsOfDatabase(pair: PostgresPair): Lane {
  const freeze = async (which: "primary" | "replica", random: SeededRandom) => {
    pair[which].freeze();
    await pause(random.between(500, 5000));
    pair[which].thaw();
  };
  const restart = async (how: PostgresEnd, random: SeededRandom) => {
    await pair.primary.goAway(how);
    await pause(random.between(0, 3000));
    await pair.primary.comeBack();
  };
  return {
    pauseMs: { least: 2000, most: 10_000 },
    faults: {
      "terminate all backends": { weight: 2, inject: () => terminate(pair, 1) },
      "terminate a third of the backends": { weight: 2, inject: () => terminate(pair, 0.34) },
      "restart the primary": { weight: 1, inject: (random) => restart("SIGINT", random) },
      "crash the primary": { weight: 1, inject: (random) => restart(random.pick(ends), random) },
      "freeze the primary": { weight: 1, inject: (random) => freeze("primary", random) },
      "freeze the replica, for which commits wait": { weight: 1, inject: (random) => freeze("replica", random) },
      "take the replica away, for which commits wait": {
        weight: 1,
        inject: async (random) => {
          await pair.replica.goAway("SIGKILL");
          await pause(random.between(0, 4000));
          await pair.replica.comeBack();
        },
      },
      "allow too few connections": {
        weight: 1,
        inject: async (random) => {
          await allowConnections(pair, 5);
          await terminate(pair, 1);
          await pause(random.between(500, 5000));
          await allowConnections(pair, -1);
        },
      },
      "kill the primary and promote the replica": {
        weight: 2,
        inject: (random) => pair.failOver(random.pick(ends)),
      },
    },
  };
}

async function terminate({ primary }: PostgresPair, part: number): Promise<void> {
  await primary.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND random() < $2", [
    accounts.owner.name,
    part,
  ]);
}

/** @param most -1: as many as there is room for. */
async function allowConnections({ primary }: PostgresPair, most: number): Promise<void> {
  await primary.query(`ALTER ROLE ${accounts.owner.name} CONNECTION LIMIT ${most}`);
}
