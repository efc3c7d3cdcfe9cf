import { type Configuration, count, type Family, type Metrics } from "@dwld/daemon";
import { type Database, DatabaseError, type OwnHost } from "@dwld/queue";
import { withTimeout } from "@dwld/timing";
import type { Limits } from "../limits/limits.ts";
import { readProcesses } from "../machine/living-processes.ts";
import type { WaitReader } from "../wait/wait-reader.ts";
import { backlogFamilies } from "./backlog.ts";
import { machineFamilies } from "./machines.ts";
import { noticeFamilies } from "./notices.ts";
import { siteFamilies } from "./sites.ts";
import { ytdlpFamilies } from "./ytdlp.ts";

/** Age up to which a reading of the table is told again: ten scrapers cost one, ms. */
const reuseMs = 5000;

/** How long a scrape waits for the table, ms. The database may be away, and the network to it frozen. */
const patienceMs = 2000;

type TableParts = {
  readonly database: Database;
  readonly host: Pick<OwnHost, "name">;
  readonly waits: WaitReader;
  readonly limits: Limits;
  readonly configuration: () => Pick<Configuration, "sites" | "worker">;
  readonly now: () => number;
};

/** Tells the facts of the task table, and what limits refused. While the table cannot be read, a scrape has the rest. */
export function addTableMetrics(metrics: Metrics, parts: TableParts): void {
  let read: { readonly families: readonly Family[]; readonly atMs: number } | undefined;
  let reading: Promise<void> | undefined;
  const readOnce = async (): Promise<void> => {
    try {
      read = { families: await readTable(parts), atMs: performance.now() };
    } catch (error) {
      // The database tells its own trouble: `dwld_database_up`.
      if (!(error instanceof DatabaseError)) throw error;
      read = undefined;
    }
  };
  const isFresh = () => read !== undefined && performance.now() - read.atMs < reuseMs;
  metrics.add(async () => {
    if (!isFresh()) {
      reading ??= readOnce().finally(() => {
        reading = undefined;
      });
      await withTimeout(reading, patienceMs, () => undefined);
    }
    return isFresh() ? (read?.families ?? []) : [];
  });
  metrics.add(() => [refusals(parts.limits)]);
}

async function readTable({ database, host, waits, configuration, now }: TableParts): Promise<Family[]> {
  const nowMs = now();
  const { sites, worker } = configuration();
  const machines = await readProcesses(database, host.name, nowMs);
  return [
    ...machineFamilies(machines, worker),
    ...(await backlogFamilies(database, waits, nowMs)),
    ...(await siteFamilies(database, Object.keys(sites))),
    ...(await noticeFamilies(database, nowMs)),
    ...(await ytdlpFamilies(database, worker.ytdlp.update.channel !== "off", nowMs)),
  ];
}

function refusals(limits: Limits): Family {
  return count(
    "dwld_limit_refusals_total",
    "What the limits of the configuration refused.",
    limits.status().map(({ limit, subject, refusedCount }) => [{ limit, subject }, refusedCount] as const),
  );
}
