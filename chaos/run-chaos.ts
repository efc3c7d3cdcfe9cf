import BetterSqlite3 from "better-sqlite3";
import { eventually } from "@dwld/testbed";
import { injectFaults, type InjectedFaults } from "./fault-injection.ts";
import { seededRandom } from "./seeded-random.ts";
import { startSystem, type System, tableOf } from "./system.ts";
import { illegalTransitions, recordTransitions } from "./transition-journal.ts";
import { judge, type Verdict } from "./verdict.ts";
import { addWorkload } from "./workload.ts";

export type ChaosOptions = {
  seed: number;
  tasks: number;
  /** Part of the tasks, from 0 to 1, that is final when the last fault is injected. */
  faultsUntil: number;
};

export type ChaosReport = {
  verdict: Verdict;
  faults: InjectedFaults;
  /** Counts of tasks by their last state, without the deleted ones. */
  states: Record<string, number>;
  transitions: number;
  interruptions: number;
  /** Tasks that failed since their workers were killed too often in a row. */
  poisonTasks: number;
  elapsedSeconds: number;
};

/** How long the tasks may take to end, ms: pauses between attempts grow to minutes, and the machine may be busy. */
const settleMs = { least: 10 * 60_000, forEach: 10_000 } as const;

/** Adds videos while processes are killed, frozen and cut off, then checks every guarantee. */
export async function runChaos({ seed, tasks, faultsUntil }: ChaosOptions): Promise<ChaosReport> {
  const startedMs = performance.now();
  const random = seededRandom(seed);
  await using system = await startSystem();
  recordTransitions(tableOf(system));
  const enough = new AbortController();
  const injecting = injectFaults(system, random.fork(), enough.signal);
  try {
    const orders = await Promise.race([addWorkload(system, tasks, random.fork()), failureOf(injecting)]);
    await Promise.race([untilFinal(system, faultsUntil * tasks), failureOf(injecting)]);
    enough.abort();
    const faults = await injecting;
    await untilFinal(system, Number.POSITIVE_INFINITY);
    const verdict = await judge(system, orders);
    verdict.push({ guarantee: "the children of a killed process end soon", against: faults.orphans });
    return {
      verdict,
      faults,
      ...counts(system),
      transitions: illegalTransitions(tableOf(system)).count,
      elapsedSeconds: Math.round((performance.now() - startedMs) / 1000),
    };
  } finally {
    enough.abort();
    await injecting.catch(() => undefined);
  }
}

/** Rejects if fault injection fails, and never resolves. */
async function failureOf(injecting: Promise<InjectedFaults>): Promise<never> {
  await injecting;
  return await new Promise(() => {});
}

/** Waits until `count` tasks are final, or all. */
async function untilFinal(system: System, count: number): Promise<void> {
  const database = new BetterSqlite3(tableOf(system), { readonly: true, timeout: 10_000 });
  try {
    const query = database.prepare<[], { open: number; final: number }>(
      `SELECT count(*) FILTER (WHERE state NOT IN ('DONE', 'FAILED', 'CANCELED') OR owner IS NOT NULL) AS open,
              count(*) FILTER (WHERE state IN ('DONE', 'FAILED', 'CANCELED')) AS final FROM tasks`,
    );
    const look = () => {
      const { open = 0, final = 0 } = query.get() ?? {};
      return open === 0 || final >= count;
    };
    const tasks = database.prepare<[], number>("SELECT count(*) FROM tasks").pluck();
    const deadlineMs = settleMs.least + settleMs.forEach * (tasks.get() ?? 0);
    await eventually("the tasks end", look, { deadlineMs, describe: () => describeOpen(database) });
  } finally {
    database.close();
  }
}

/** Returns the tasks that are not final, and the troubles of the processes. */
function describeOpen(database: BetterSqlite3.Database): string {
  const open = database
    .prepare(
      `SELECT id, state, owner IS NOT NULL AS held, not_before / 1000 - unixepoch() AS waits_s, attempt_count,
              delivery_attempt_count, interruption_count, failure_message
       FROM tasks WHERE state NOT IN ('DONE', 'FAILED', 'CANCELED') OR owner IS NOT NULL`,
    )
    .all();
  const troubles = database.prepare("SELECT app, pid, trouble FROM processes").all();
  return [...open, ...troubles].map((row) => JSON.stringify(row)).join("\n");
}

function counts(system: System): Pick<ChaosReport, "states" | "interruptions" | "poisonTasks"> {
  const database = new BetterSqlite3(tableOf(system), { readonly: true, timeout: 10_000 });
  try {
    const rows = database
      .prepare<[], { state: string; count: number }>(
        "SELECT state, count(*) AS count FROM tasks GROUP BY state ORDER BY state",
      )
      .all();
    const interruptions = database
      .prepare<[], number>("SELECT count(*) FROM attempts WHERE outcome = 'interrupted'")
      .pluck();
    const poison = database
      .prepare<[], number>("SELECT count(*) FROM tasks WHERE failure_message LIKE 'the worker died % in a row %'")
      .pluck();
    return {
      states: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
      interruptions: interruptions.get() ?? 0,
      poisonTasks: poison.get() ?? 0,
    };
  } finally {
    database.close();
  }
}
