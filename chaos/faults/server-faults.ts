import { setTimeout as pause } from "node:timers/promises";
import type { FtpServer, Memcached } from "@dwld/testbed";
import type { Fault } from "./fault-injection.ts";

/** Faults of the servers that every world has. */
export function serverFaults(memcached: Memcached, ftp: FtpServer): Record<string, Fault> {
  return {
    "flush memcached": { weight: 1, inject: () => memcached.flush() },
    "take memcached away": {
      weight: 1,
      inject: async (random) => {
        await memcached.goAway();
        await pause(random.between(0, 1000));
        await memcached.comeBack();
      },
    },
    "take the FTP server away": {
      weight: 1.5,
      inject: async (random) => {
        await ftp.goAway();
        await pause(random.between(0, 500));
        await ftp.comeBack();
      },
    },
  };
}
