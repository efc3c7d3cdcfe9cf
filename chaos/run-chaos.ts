import { eventually } from "@dwld/testbed";
import { minuteMs } from "@dwld/timing";
import { injectFaults } from "./faults/fault-injection.ts";
import { watchFinalNames } from "./final-names.ts";
import { startOneMachine } from "./one-machine/world.ts";
import { seededRandom } from "./seeded-random.ts";
import type { TaskTable } from "./task-table.ts";
import { startThreeMachines } from "./three-machines/world.ts";
import { judge, type Verdict } from "./verdict.ts";
import { addWorkload } from "./workload.ts";
import type { World } from "./world.ts";

/** The systems under test, by the engine of the task table. */
const worlds = { sqlite: startOneMachine, postgres: startThreeMachines };

export type EngineName = keyof typeof worlds;

export const engineNames = Object.keys(worlds) as EngineName[];

export type ChaosOptions = {
  engine: EngineName;
  seed: number;
  tasks: number;
  /** Part of the tasks, from 0 to 1, that is final when the last fault is injected. */
  faultsUntil: number;
};

export type ChaosReport = {
  verdict: Verdict;
  /** How often each fault was injected. */
  faults: Record<string, number>;
  longestOrphanMs: number;
  /** Counts of tasks by their last state, without the deleted ones. */
  states: Record<string, number>;
  transitions: number;
  interruptions: number;
  /** Tasks that failed since their workers were killed too often in a row. */
  poisonTasks: number;
  elapsedSeconds: number;
};

/** How long the tasks may take to end, ms: pauses between attempts grow to minutes, and the machine may be busy. */
const settleMs = { least: 10 * minuteMs, forEach: 10_000 } as const;

/** Adds videos while processes are killed, frozen and cut off, then checks every guarantee. */
export async function runChaos({ engine, seed, tasks, faultsUntil }: ChaosOptions): Promise<ChaosReport> {
  const startedMs = performance.now();
  const random = seededRandom(seed);
  await using world = await worlds[engine]();
  await world.table.recordTransitions();
  using finalNames = watchFinalNames(world.ftp);
  const enough = new AbortController();
  const injecting = injectFaults(world.lanes, random.fork(), enough.signal);
  try {
    const orders = await Promise.race([addWorkload(world, tasks, random.fork()), failureOf(injecting)]);
    await Promise.race([untilFinal(world, faultsUntil * tasks), failureOf(injecting)]);
    enough.abort();
    const faults = await injecting;
    await untilFinal(world, Number.POSITIVE_INFINITY);
    const { verdict, transitions } = await judge(world, orders, finalNames);
    return {
      verdict,
      faults,
      longestOrphanMs: world.orphans.longestMs,
      ...(await counts(world.table)),
      transitions,
      elapsedSeconds: Math.round((performance.now() - startedMs) / 1000),
    };
  } finally {
    enough.abort();
    await injecting.catch(() => undefined);
  }
}

/** Rejects if fault injection fails, and never resolves. */
async function failureOf(injecting: Promise<unknown>): Promise<never> {
  await injecting;
  return await new Promise(() => {});
}

/** Waits until `count` tasks are final, or all. */
async function untilFinal({ table }: World, count: number): Promise<void> {
  const look = async () => {
    const [found] = await table.rows<{ open: number; final: number; every: number }>(
      `SELECT CAST(count(*) FILTER (WHERE state NOT IN ('DONE', 'FAILED', 'CANCELED') OR owner IS NOT NULL) AS INTEGER) AS open,
              CAST(count(*) FILTER (WHERE state IN ('DONE', 'FAILED', 'CANCELED')) AS INTEGER) AS final,
              CAST(count(*) AS INTEGER) AS every
       FROM tasks`,
    );
    if (found === undefined) throw new Error("the task table does not answer");
    return found;
  };
  const { every } = await look();
  const isEnough = async () => {
    const { open, final } = await look();
    return open === 0 || final >= count;
  };
  const deadlineMs = settleMs.least + settleMs.forEach * every;
  await eventually("the tasks end", isEnough, { deadlineMs, describe: () => describeOpen(table) });
}

/** Returns the tasks that are not final, and the troubles of the processes. */
async function describeOpen(table: TaskTable): Promise<string> {
  const open = await table.rows(
    `SELECT id, state, owner, not_before, attempt_count, delivery_attempt_count, interruption_count, failure_message
     FROM tasks WHERE state NOT IN ('DONE', 'FAILED', 'CANCELED') OR owner IS NOT NULL`,
  );
  const processes = await table.rows("SELECT app, host, pid, heartbeat, troubles FROM processes");
  return [{ now: Date.now() }, ...open, ...processes].map((row) => JSON.stringify(row)).join("\n");
}

async function counts(table: TaskTable): Promise<Pick<ChaosReport, "states" | "interruptions" | "poisonTasks">> {
  const states = await table.rows<{ state: string; count: number }>(
    "SELECT state, CAST(count(*) AS INTEGER) AS count FROM tasks GROUP BY state ORDER BY state",
  );
  const count = async (what: string) =>
    (await table.rows<{ count: number }>(`SELECT CAST(count(*) AS INTEGER) AS count FROM ${what}`))[0];
  const interruptions = await count("attempts WHERE outcome = 'interrupted'");
  const poison = await count("tasks WHERE failure_message LIKE 'the worker died % in a row %'");
  return {
    states: Object.fromEntries(states.map((row) => [row.state, row.count])),
    interruptions: interruptions?.count ?? 0,
    poisonTasks: poison?.count ?? 0,
  };
}
