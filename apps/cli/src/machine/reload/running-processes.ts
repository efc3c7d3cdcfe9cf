import { askConfiguration, type Configuration, type ConfigurationReport, workerHealth } from "@dwld/daemon";
import { mostInstances } from "../../command-line/instance.ts";

/** A process that runs on this machine, as its health address tells it. */
export type RunningProcess = {
  /** "api", "worker 2" */
  readonly name: string;
  readonly report: ConfigurationReport;
  /** Asks it again; undefined if it does not answer. */
  readonly ask: () => Promise<ConfigurationReport | undefined>;
};

export type AppName = "api" | "worker" | "ftp-sender";

const timeoutMs = 5000;

/**
 * Finds the processes that answer at the health addresses of a configuration.
 *
 * @param only one app alone; of a worker, `instance` is its number from 1. Default: all.
 */
export async function findProcesses(
  { health }: Pick<Configuration, "health">,
  only?: { readonly app: AppName; readonly instance: number },
): Promise<RunningProcess[]> {
  const at = async (name: string, address: string) => await ask(name, address);
  const workerAt = async (instance: number) =>
    await at(instance === 1 ? "worker" : `worker ${instance}`, workerHealth(health.worker, instance));
  if (only?.app === "worker") return found([await workerAt(only.instance)]);
  const others = { api: health.api, "ftp-sender": health.ftpSender };
  if (only !== undefined) return found([await at(only.app, others[only.app])]);
  const workers: (RunningProcess | undefined)[] = [await workerAt(1)];
  for (let instance = 2; instance <= mostInstances; instance += 1) {
    const worker = await workerAt(instance);
    if (worker === undefined) break;
    workers.push(worker);
  }
  return found([await at("api", others.api), ...workers, await at("ftp-sender", others["ftp-sender"])]);
}

function found(processes: readonly (RunningProcess | undefined)[]): RunningProcess[] {
  return processes.filter((one) => one !== undefined);
}

async function ask(name: string, address: string): Promise<RunningProcess | undefined> {
  const again = async () => await askConfiguration(address, timeoutMs);
  const report = await again();
  return report && { name, report, ask: again };
}
