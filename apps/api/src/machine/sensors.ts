import { cpus, freemem, loadavg, totalmem } from "node:os";
import type { Logger } from "@dwld/daemon";
import { minuteMs, withTimeout } from "@dwld/timing";

/** A reading, with the names of the contract. */
export type Reading = { name: string; value: number; unit: "celsius" | "percent" | "1" | "bytes" };

/** Reads one kind of sensors; returns no reading if the machine has none. */
export type Probe = { name: string; read: () => Promise<Reading[]> };

const gatherIntervalMs = 5000;

/** How long readings are still gathered after the last call, so that occasional callers get fresh ones, ms. */
const gatherAfterCallMs = minuteMs;

/** How long the first call waits for the first round, ms. */
const firstRoundTimeoutMs = 30;

/** Readings of the machine, gathered in the background while somebody asks. At most one round runs at a time. */
export class Sensors {
  readonly #probes: readonly Probe[];
  readonly #logger: Logger;
  readonly #readings = new Map<string, Reading[]>();
  readonly #failed = new Set<string>();
  #lastAskedMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(logger: Logger, probes: readonly Probe[] = machineProbes) {
    this.#logger = logger;
    this.#probes = probes;
  }

  /** Returns the known readings, in the order of the probes. */
  async read(): Promise<Reading[]> {
    this.#lastAskedMs = performance.now();
    if (this.#timer === undefined) {
      this.#readings.clear();
      this.#gatherOn();
    }
    if (this.#readings.size === 0 && this.#round !== undefined)
      await withTimeout(this.#round, firstRoundTimeoutMs, () => undefined);
    return this.#probes.flatMap(({ name }) => this.#readings.get(name) ?? []);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #gatherOn(): void {
    // No other round is started while a sensor hangs.
    this.#round ??= this.#gather().finally(() => {
      this.#round = undefined;
    });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (performance.now() - this.#lastAskedMs < gatherAfterCallMs) this.#gatherOn();
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

/** Returns how much of their time the processors had work since the call before, or else since the machine started, percent. */
function loadMeter(): () => number {
  let before = { idleMs: 0, allMs: 0 };
  return () => {
    const times = cpus().map((cpu) => cpu.times);
    const idleMs = times.reduce((sum, { idle }) => sum + idle, 0);
    const allMs = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
    const idleShare = (idleMs - before.idleMs) / (allMs - before.allMs);
    before = { idleMs, allMs };
    return 100 * (1 - idleShare);
  };
}

const cpuLoad = loadMeter();

const machineProbes: readonly Probe[] = [
  {
    name: "cpu_temperature",
    read: async () => {
      // Loaded by need: it asks by some five programs.
      // In the bundle, a CommonJS module that is loaded later has its default export alone.
      const { default: sensors } = await import("systeminformation");
      const { main } = await sensors.cpuTemperature();
      // systeminformation returns null, on some machines 0 or -1, if there is no sensor.
      return present("cpu_temperature", main, "celsius").filter(({ value }) => value > 0);
    },
  },
  { name: "cpu_load", read: () => Promise.resolve(present("cpu_load", cpuLoad(), "percent")) },
  { name: "load_average_1m", read: () => Promise.resolve(present("load_average_1m", loadavg()[0], "1")) },
  {
    name: "memory",
    read: () => {
      // Linux's MemAvailable (libuv 1.45).
      const [total, available] = [totalmem(), freemem()];
      const used = present("memory_used", total - available, "bytes");
      return Promise.resolve([...used, ...present("memory_total", total, "bytes")]);
    },
  },
];

function present(name: string, value: number | null | undefined, unit: Reading["unit"]): Reading[] {
  return typeof value === "number" && Number.isFinite(value) ? [{ name, value, unit }] : [];
}
