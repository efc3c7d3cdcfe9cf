import { Code, ConnectError } from "@connectrpc/connect";
import { setTimeout as pause } from "node:timers/promises";
import {
  appOf,
  type Dwld,
  type DwldApp,
  type FleetApps,
  type FleetNetworks,
  type Machine,
  type Network,
} from "@dwld/testbed";
import { askUntilAnswered, patience } from "../ask-apis.ts";
import type { Fault, Lane } from "../faults/fault-injection.ts";
import type { OrphanWatch } from "../faults/orphan-watch.ts";
import { freeze, kill, longerThanLeaseMs, stop, type Target } from "../faults/process-faults.ts";
import type { SeededRandom } from "../seeded-random.ts";

export type MachineParts = {
  machine: Machine;
  apps: FleetApps;
  networks: FleetNetworks;
  orphans: OrphanWatch;
  /** Runs one at a time: if all machines were cut off until they are declared gone, no api could do it. */
  inTurn: (act: () => Promise<void>) => Promise<void>;
  /** One for each api. */
  clients: readonly Dwld["client"][];
  /** Puts another machine in its place; undefined: this one is never lost. */
  replace?: (() => Promise<unknown>) | undefined;
};

/** All faults of one machine; it returns to work after each. None befalls one that was switched off for good. */
export function faultsOfMachine({ machine, apps, networks, orphans, inTurn, clients, replace }: MachineParts): Lane {
  const targets = apps.map((app) => targetOn(machine, app));
  const up = targetOn(machine, "up");
  const pick = (random: SeededRandom) => random.pick(targets);
  const cut = (network: Network, least: number, most: number, weight: number): Fault => ({
    weight,
    inject: async (random) => {
      await machine.unplug(network);
      await pause(random.between(least, most));
      await machine.plug(network);
    },
  });
  const freezeMachine = (least: number, most: number, weight: number): Fault => ({
    weight,
    inject: async (random) => {
      machine.freeze();
      await pause(random.between(least, most));
      machine.thaw();
    },
  });
  const loseForGood = (takePlace: () => Promise<unknown>): Fault => ({
    weight: 2,
    inject: () =>
      inTurn(async () => {
        await machine.cutPower();
        await declareGone(clients, machine.name);
        await takePlace();
      }),
  });
  const faults: Record<string, Fault> = {
    "kill an app": { weight: 6, inject: (random) => kill(pick(random), orphans) },
    "kill dwld up": { weight: 1, inject: () => kill(up, orphans) },
    "stop dwld up": { weight: 0.7, inject: () => stop(up) },
    "stop an app": { weight: 2, inject: (random) => stop(pick(random)) },
    "freeze an app": { weight: 1, inject: (random) => freeze(pick(random), random.between(100, 2000)) },
    "freeze a machine": freezeMachine(500, 5000, 1),
    "freeze a machine for longer than a lease": freezeMachine(longerThanLeaseMs, longerThanLeaseMs + 5000, 0.5),
    "cut a machine off from the database": cut(networks.database, 500, 8000, 1.5),
    "cut a machine off from the database for longer than a lease": cut(
      networks.database,
      longerThanLeaseMs,
      longerThanLeaseMs + 8000,
      0.7,
    ),
    "cut a machine off from the FTP server": cut(networks.ftp, 500, 10_000, 1.5),
    "cut a machine off from sites, memcached and clients": cut(networks.lan, 500, 5000, 0.7),
    "declare a machine gone while it is cut off from the database": {
      weight: 1,
      inject: (random) =>
        inTurn(async () => {
          await machine.unplug(networks.database);
          await declareGone(clients, machine.name);
          await pause(random.between(0, 5000));
          await machine.plug(networks.database);
        }),
    },
    ...(replace === undefined ? {} : { "lose a machine for good": loseForGood(replace) }),
    "cut the power of a machine": {
      weight: 1,
      inject: async (random) => {
        await machine.cutPower();
        await pause(random.between(0, 8000));
        await machine.switchOn();
      },
    },
  };
  const whileOn = (fault: Fault): Fault => ({
    ...fault,
    inject: async (random) => (machine.isOn ? await fault.inject(random) : false),
  });
  return {
    pauseMs: { least: 500, most: 5000 },
    faults: Object.fromEntries(Object.entries(faults).map(([name, fault]) => [name, whileOn(fault)])),
  };
}

/** An app that its machine, or `dwld up`, starts again. */
function targetOn(machine: Machine, app: DwldApp): Target {
  return { pid: () => appOf(machine.processes(), app)?.pid, restart: () => Promise.resolve() };
}

/** Has its tasks start again elsewhere, as soon as the others have not heard of it for the time of a lease. */
async function declareGone(clients: MachineParts["clients"], name: string): Promise<void> {
  for (;;) {
    try {
      return void (await askUntilAnswered(clients, (client) => client.forgetHost({ name }, patience)));
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      // The answer to an earlier call was lost.
      if (error.code === Code.NotFound) return;
      if (error.code !== Code.FailedPrecondition) throw error;
      await pause(500);
    }
  }
}
