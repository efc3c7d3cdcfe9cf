import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accounts,
  type FleetApps,
  type Machine,
  makeFleetNetworks,
  startFleet,
  startMemcached,
  startSampleSite,
  startVsftpd,
} from "@dwld/testbed";
import { OrphanWatch } from "../faults/orphan-watch.ts";
import { serverFaults } from "../faults/server-faults.ts";
import { rows, type World } from "../world.ts";
import { faultsOfDatabase } from "./database-faults.ts";
import { faultsOfMachine } from "./machine-faults.ts";
import { startPostgresPair } from "./postgres-pair.ts";
import { openPostgresTable } from "./postgres-table.ts";

/** Two have an api, so that one may be away. */
const plan: readonly FleetApps[] = [
  ["api", "worker", "ftp-sender"],
  ["api", "worker", "ftp-sender"],
  ["worker", "ftp-sender"],
];
const siteParallel = 2;

/**
 * Starts three machines with one configuration, PostgreSQL with a synchronous replica, and one FTP server. Needs
 * `enterOwnNetwork`.
 */
export async function startThreeMachines(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "dwld-chaos-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const networks = await makeFleetNetworks();
  const { lan } = networks;
  // dwld tells sites by their hosts.
  const hosts = [lan.address, await lan.addAddress(2), await lan.addAddress(3)];
  const sites = await Promise.all(hosts.map((host) => startSampleSite({ videos: rows, host })));
  for (const site of sites) stack.use(site);
  // Slow enough for faults in the middle of an upload.
  const ftp = stack.use(await startVsftpd({ host: networks.ftp.address, maxBytesPerSecond: 150_000 }));
  const memcached = stack.use(await startMemcached({ listen: "port", host: lan.address }));
  const pair = stack.use(await startPostgresPair(networks.database));
  const passwordFile = join(folder, "database-password");
  await writeFile(passwordFile, accounts.owner.password, { mode: 0o600 });
  const fleet = stack.use(
    await startFleet({
      networks,
      machines: plan,
      configuration: {
        database: { url: pair.url, passwordFile, tls: { mode: "none" } },
        cache: { servers: [memcached.server] },
        api: { tokens: "off" },
        sites: { default: { parallel: siteParallel } },
        ftp: ftp.configuration,
        shutdown: { graceSeconds: 1 },
      },
    }),
  );
  const orphans = new OrphanWatch();
  let lastTurn: Promise<void> = Promise.resolve();
  const inTurn = (act: () => Promise<void>) => {
    const turn = lastTurn.then(act);
    // Its failure is that of its fault alone.
    lastTurn = turn.catch(() => undefined);
    return turn;
  };
  const on = () => fleet.machines.filter(({ isOn }) => isOn);
  const started = stack.move();
  return {
    sites,
    siteParallel,
    ftp,
    table: openPostgresTable(pair),
    clients: fleet.clients,
    placesOf: (path) => on().map((machine) => machine.pathHere(path)),
    data: () => on().map((machine) => machine.pathHere(fleet.data)),
    lanes: [
      ...fleet.machines.map((machine, index) =>
        faultsOfMachine({
          ...{ machine, apps: plan[index] ?? [], networks, orphans, inTurn, clients: fleet.clients },
          // The last one has no api.
          replace: index === plan.length - 1 ? () => fleet.add(plan[index] ?? []) : undefined,
        }),
      ),
      faultsOfDatabase(pair),
      { pauseMs: { least: 1000, most: 8000 }, faults: serverFaults(memcached, ftp) },
    ],
    orphans,
    end: async () => (await Promise.all(on().map(endMachine))).flat(),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Ends dwld on it in order, and returns what stays. */
async function endMachine(machine: Machine): Promise<string[]> {
  const left = await machine.endServices(25_000);
  return left.map(({ command }) => `${machine.name}: ${command}`);
}
