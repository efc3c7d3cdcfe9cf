import { loadavg } from "node:os";
import type { Logger } from "@dwld/daemon";
import { withTimeout } from "@dwld/timing";
import { cpuTemperature, currentLoad, mem } from "systeminformation";

/** One reading, as the contract names it. */
export type Reading = { name: string; value: number; unit: "celsius" | "percent" | "1" | "bytes" };

/** Asks the machine for the readings of one kind; none where it has no such sensor. */
export type Probe = { name: string; read: () => Promise<Reading[]> };

const gatherIntervalMs = 5000;

/** After the last question it is gathered on for so long, so that who asks now and then sees fresh readings. */
const interestMs = 60_000;

/** The first question waits no longer than this for what is quick. */
const patienceMs = 30;

/** Readings of the machine, gathered in the background while somebody asks; a question never starts more than one round. */
export class Sensors {
  readonly #probes: readonly Probe[];
  readonly #logger: Logger;
  readonly #readings = new Map<string, Reading[]>();
  readonly #failed = new Set<string>();
  #lastAskedMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(logger: Logger, probes: readonly Probe[] = machineProbes) {
    this.#logger = logger;
    this.#probes = probes;
  }

  /** What is known, in the order of the probes. */
  async read(): Promise<Reading[]> {
    this.#lastAskedMs = performance.now();
    if (this.#timer === undefined) {
      this.#readings.clear();
      this.#gatherOn();
    }
    if (this.#readings.size === 0 && this.#round !== undefined)
      await withTimeout(this.#round, patienceMs, () => undefined);
    return this.#probes.flatMap(({ name }) => this.#readings.get(name) ?? []);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #gatherOn(): void {
    // A round in which a sensor hangs is not followed by another one.
    this.#round ??= this.#gather().finally(() => {
      this.#round = undefined;
    });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (performance.now() - this.#lastAskedMs < interestMs) this.#gatherOn();
    }, gatherIntervalMs);
    this.#timer.unref();
  }

  async #gather(): Promise<void> {
    await Promise.all(
      this.#probes.map(async ({ name, read }) => {
        try {
          this.#readings.set(name, await read());
        } catch (error) {
          this.#readings.delete(name);
          if (!this.#failed.has(name)) this.#logger.warn({ err: error, sensor: name }, "a sensor could not be read");
          this.#failed.add(name);
        }
      }),
    );
  }
}

const machineProbes: readonly Probe[] = [
  {
    name: "cpu_temperature",
    read: async () => {
      const { main } = await cpuTemperature();
      // systeminformation says null, or on some machines 0 or -1, where there is no sensor.
      return present("cpu_temperature", main, "celsius").filter(({ value }) => value > 0);
    },
  },
  { name: "cpu_load", read: async () => present("cpu_load", (await currentLoad()).currentLoad, "percent") },
  { name: "load_average_1m", read: () => Promise.resolve(present("load_average_1m", loadavg()[0], "1")) },
  {
    name: "memory",
    read: async () => {
      const { total, available } = await mem();
      return [...present("memory_used", total - available, "bytes"), ...present("memory_total", total, "bytes")];
    },
  },
];

function present(name: string, value: number | null | undefined, unit: Reading["unit"]): Reading[] {
  return typeof value === "number" && Number.isFinite(value) ? [{ name, value, unit }] : [];
}
