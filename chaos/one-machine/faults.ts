import type { Dwld, DwldApp, FtpServer, Memcached } from "@dwld/testbed";
import type { Lane } from "../faults/fault-injection.ts";
import type { OrphanWatch } from "../faults/orphan-watch.ts";
import { freeze, kill, killWithChildren, longerThanLeaseMs, stop, type Target } from "../faults/process-faults.ts";
import { serverFaults } from "../faults/server-faults.ts";

type Parts = {
  /** `dwld up` with api, worker and sender. */
  dwld: Dwld;
  /** A second worker of the same task table, without `dwld up`. */
  second: Dwld;
  memcached: Memcached;
  ftp: FtpServer;
  orphans: OrphanWatch;
};

export function faultsOfOneMachine({ dwld, second, memcached, ftp, orphans }: Parts): Lane {
  const workers = [supervised(dwld, "worker"), standalone(second, "worker")];
  const sender = supervised(dwld, "ftp-sender");
  const api = supervised(dwld, "api");
  const up = standalone(dwld, "up");
  const all = [...workers, sender, api];
  return {
    pauseMs: { least: 100, most: 800 },
    faults: {
      "kill a worker": { weight: 4, inject: (random) => kill(random.pick(workers), orphans) },
      "kill the sender": { weight: 4, inject: () => kill(sender, orphans) },
      "kill the api": { weight: 2, inject: () => kill(api, orphans) },
      "kill dwld up": { weight: 0.7, inject: () => killWithChildren(up, orphans) },
      "stop an app": { weight: 2, inject: (random) => stop(random.pick(all)) },
      "stop dwld up": { weight: 0.7, inject: () => stop(up) },
      "freeze an app": {
        weight: 2,
        inject: (random) => freeze(random.pick([...all, up]), random.between(100, 2000)),
      },
      "freeze an app for longer than a lease": {
        weight: 0.3,
        inject: (random) => freeze(random.pick([...workers, sender]), longerThanLeaseMs),
      },
      ...serverFaults(memcached, ftp),
    },
  };
}

/** A process that `dwld up` restarts. */
function supervised(dwld: Dwld, app: Exclude<DwldApp, "up">): Target {
  return { pid: () => dwld.processIdBelowUp(app), restart: () => Promise.resolve() };
}

function standalone(dwld: Dwld, app: DwldApp): Target {
  return {
    pid: () => dwld.processId(app),
    restart: async () => {
      await dwld.waitForEnd(app);
      await dwld.restart(app);
    },
  };
}
