import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@dwld/timing/testing";
import { dwldConfiguration, type DwldPorts, type Section } from "../dwld-configuration.ts";
import { dwldCommand } from "../dwld-root.ts";
import { type Dwld, type DwldApp, dwldClient } from "../processes.ts";
import { linkProgramAnswers } from "../program-answers-folder.ts";
import { diskOfMachines, makeMachine, type Machine } from "./machine.ts";
import { makeNetwork, type Network } from "./network.ts";

/** The networks by which the machines of a fleet reach others. */
export type FleetNetworks = {
  /** For sites, memcached, and those who ask the api. */
  lan: Network;
  database: Network;
  ftp: Network;
};

/** The apps of a machine. */
export type FleetApps = readonly Exclude<DwldApp, "up">[];

export interface FleetOptions {
  networks: FleetNetworks;
  machines: readonly FleetApps[];
  /** Overrides of the one configuration of all machines. */
  configuration: Section;
}

/** Machines with dwld on them, called host-1, host-2 … */
export interface Fleet extends AsyncDisposable {
  readonly machines: readonly Machine[];
  /** One for each machine with an api. */
  readonly clients: readonly Dwld["client"][];
  /** The data folder, on each machine. */
  readonly data: string;
  /** Adds a machine, with an empty disk. */
  add(apps: FleetApps): Promise<Machine>;
}

const ports: DwldPorts = { grpc: 8888, http: 8890, healthApi: 8081, healthWorker: 8082, healthFtpSender: 8083 };
const healthPorts = { api: ports.healthApi, worker: ports.healthWorker, "ftp-sender": ports.healthFtpSender };

/** Makes the networks of a fleet, on which the servers for it may listen. Needs `enterOwnNetwork`. */
export async function makeFleetNetworks(): Promise<FleetNetworks> {
  const [lan, database, ftp] = [
    await makeNetwork("lan", 1),
    await makeNetwork("database", 2),
    await makeNetwork("ftp", 3),
  ];
  return { lan, database, ftp };
}

/** Starts machines that run dwld by bin/dwld, with one configuration file, and waits until every app is alive. */
export async function startFleet({ networks, machines: plan, configuration }: FleetOptions): Promise<Fleet> {
  await using starting = new AsyncDisposableStack();
  let stack: AsyncDisposableStack = starting;
  const folder = await mkdtemp(join(tmpdir(), "dwld-fleet-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const disk = diskOfMachines(folder);
  const data = join(disk, "data");
  const configurationFile = join(folder, "dwld.yaml");
  const settings = dwldConfiguration(disk, ports, configuration, "0.0.0.0");
  // JSON is YAML.
  await writeFile(configurationFile, JSON.stringify(settings, undefined, 2));
  const machines: Machine[] = [];
  const clients: Dwld["client"][] = [];

  async function add(apps: FleetApps): Promise<Machine> {
    const number = machines.length + 1;
    const machine = stack.use(
      await makeMachine({
        ...{ name: `host-${number}`, number: 10 + number, networks: Object.values(networks), folder },
        services: [[dwldCommand, "up", "--only", apps.join(","), "--config", configurationFile]],
        environment: { DWLD_DATA: undefined, NODE_OPTIONS: undefined, NODE_TEST_CONTEXT: undefined },
      }),
    );
    linkProgramAnswers(machine.pathHere(data));
    machines.push(machine);
    await machine.switchOn();
    const url = (port: number) => `http://${machine.addressIn(networks.lan)}:${port}`;
    const isAlive = async () => {
      const answers = await Promise.all(apps.map((app) => fetch(`${url(healthPorts[app])}/healthz`)));
      return answers.every(({ ok }) => ok);
    };
    await eventually(`${machine.name} runs dwld`, isAlive, { deadlineMs: 60_000, describe: () => machine.log() });
    if (apps.includes("api")) clients.push(dwldClient(url(ports.http)));
    return machine;
  }

  for (const apps of plan) await add(apps);
  stack = starting.move();
  return { machines, clients, data, add, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
