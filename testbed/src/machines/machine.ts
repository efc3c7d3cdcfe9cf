import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DeadlineError, eventually } from "@dwld/timing/testing";
import { execa } from "execa";
import { startProgram, untilNoneLives, type ForegroundProgram } from "../foreground-program.ts";
import { descendants, signalTo, type LivingProcess } from "../living-processes.ts";
import { bootScript } from "./boot-script.ts";
import { MachineError } from "./machine-error.ts";
import type { Network } from "./network.ts";

export interface MachineOptions {
  /** Its host name, at most 8 letters. */
  name: string;
  /** The number of its address in each network, from 2 to 254. */
  number: number;
  networks: readonly Network[];
  /** A folder for the disks of all machines; each sees its own alone, as `disk`. */
  folder: string;
  /** The programs that it runs from its start. One that ends is started again. */
  services: readonly (readonly [string, ...string[]])[];
  environment?: Record<string, string | undefined>;
}

/**
 * A machine as far as dwld can tell: its own host name, addresses, loopback interface, processes and disk. Kernel and
 * boot id are those of this one.
 */
export interface Machine extends AsyncDisposable {
  readonly name: string;
  addressIn(network: Network): string;
  /** Returns the path here of a file that the machine has at `path`. */
  pathHere(path: string): string;
  readonly isOn: boolean;
  switchOn(): Promise<void>;
  /** Ends all of its processes at once. The disk stays. */
  cutPower(): Promise<void>;
  /** Returns all that runs on it, but its first process. */
  processes(): LivingProcess[];
  /** Stops all of its processes where they stand, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Whatever is sent to or from the machine in this network is lost from now on, silently. */
  unplug(network: Network): Promise<void>;
  plug(network: Network): Promise<void>;
  /** Returns all that its services have written since the machine was made. */
  log(): Promise<string>;
  /** Ends the services in order by SIGTERM, and returns what still runs after the deadline. The machine stays on. */
  endServices(deadlineMs: number): Promise<LivingProcess[]>;
}

/** Returns the folder that each machine of `folder` has for its own. */
export function diskOfMachines(folder: string): string {
  return join(folder, "disk");
}

/** Makes a machine that is switched off. */
export async function makeMachine(options: MachineOptions): Promise<Machine> {
  const { name, number, networks, folder, services, environment = {} } = options;
  const disk = diskOfMachines(folder);
  const disks = join(folder, "machines");
  const own = join(disks, name);
  const logFile = join(folder, `${name}.log`);
  await Promise.all([disk, own].map((path) => mkdir(path, { recursive: true })));
  let program: ForegroundProgram | undefined;
  let first: number | undefined;

  const port = (network: Network) => `${network.name}-${number}`;

  async function switchOn(): Promise<void> {
    const addresses = networks.map((network) => ({ device: network.name, address: network.addressOf(number) }));
    const boot = bootScript({ name, addresses, disk, disks, own, logFile, services });
    const words = ["--net", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", boot];
    // unshare ignores a SIGTERM, which the kernel would send it if this process died.
    program = startProgram(["setpriv", "--pdeathsig", "KILL", "unshare", ...words], { environment });
    const { pid } = program;
    const output = () => program?.output() ?? "";
    first = await eventually(`${name} has its first process`, () => descendants(pid)[0]?.pid, { describe: output });
    for (const [index, network] of networks.entries()) {
      // The same whenever it is switched on, since others remember it.
      const mac = ["02", "77", "00", "00", hexadecimal(index), hexadecimal(number)].join(":");
      const peer = ["peer", "name", network.name, "address", mac, "netns", String(first)];
      await execa("ip", ["link", "add", port(network), "type", "veth", ...peer]);
      await plug(network);
    }
    const isUp = () => {
      if (program?.end !== undefined) throw new MachineError(`${name} did not start: ${output()}`);
      return processes().length >= services.length;
    };
    await eventually(`${name} runs its services`, isUp, { describe: output });
  }

  async function plug(network: Network): Promise<void> {
    await execa("ip", ["link", "set", port(network), "master", network.name, "up"]);
  }

  async function cutPower(): Promise<void> {
    if (program === undefined || first === undefined) return;
    // With the first process of its namespace, the kernel ends all.
    signalTo(first, "SIGKILL");
    await untilNoneLives(program.marker);
    program = first = undefined;
    // The kernel removes the interfaces of a namespace some time after its last process.
    for (const network of networks) await execa("ip", ["link", "delete", port(network)], { reject: false });
  }

  function processes(): LivingProcess[] {
    return first === undefined ? [] : descendants(first);
  }

  /** Those that are begun meanwhile are stopped by the next round. */
  function freeze(): void {
    for (;;) {
      const running = processes().filter(({ state }) => state !== "T");
      if (running.length === 0) return;
      for (const { pid } of running) signalTo(pid, "SIGSTOP");
    }
  }

  async function log(): Promise<string> {
    return await readFile(logFile, "utf8").catch(() => "");
  }

  async function endServices(deadlineMs: number): Promise<LivingProcess[]> {
    if (first === undefined) return [];
    signalTo(first, "SIGTERM");
    await eventually(`the services of ${name} end`, () => processes().length === 0, { deadlineMs }).catch(
      (error: unknown) => {
        if (!(error instanceof DeadlineError)) throw error;
      },
    );
    return processes();
  }

  return {
    name,
    addressIn: (network) => network.addressOf(number),
    pathHere: (path) => path.replace(disk, own),
    get isOn() {
      return program !== undefined;
    },
    switchOn,
    cutPower,
    processes,
    freeze,
    thaw: () => processes().forEach(({ pid }) => signalTo(pid, "SIGCONT")),
    unplug: async (network) => void (await execa("ip", ["link", "set", port(network), "nomaster"])),
    plug,
    log,
    endServices,
    [Symbol.asyncDispose]: cutPower,
  };
}

function hexadecimal(number: number): string {
  return number.toString(16).padStart(2, "0");
}
