import BetterSqlite3 from "better-sqlite3";
import { eventually } from "@dwld/testbed";
import { createChance } from "./chance.ts";
import { makeMischief, type Mischief } from "./mischief.ts";
import { illegalTransitions, keepJournal } from "./transition-journal.ts";
import { judge, type Verdict } from "./verdict.ts";
import { wishFor } from "./wishes.ts";
import { startWorld, tableOf, type World } from "./world.ts";

export type ChaosOptions = {
  seed: number;
  tasks: number;
  /** Mischief ends when so large a part of the tasks is final, and the rest comes to its end in peace. */
  mischiefUntil: number;
};

export type ChaosReport = {
  verdict: Verdict;
  mischief: Mischief;
  /** Tasks by their state in the end; those that were deleted are not among them. */
  states: Record<string, number>;
  transitions: number;
  interruptions: number;
  /** Tasks that ended since their worker was killed so often while they got no further. */
  takenForPoison: number;
  elapsedSeconds: number;
};

/** How long all may take to come to rest: pauses between tries grow to minutes, and the machine may be busy. */
const restMs = { least: 10 * 60_000, forEach: 10_000 } as const;

/** Asks for videos while everything that takes part is killed, frozen and cut off, and then looks what became of them. */
export async function runChaos({ seed, tasks, mischiefUntil }: ChaosOptions): Promise<ChaosReport> {
  const startedMs = performance.now();
  const chance = createChance(seed);
  await using world = await startWorld();
  keepJournal(tableOf(world));
  const enough = new AbortController();
  const mischief = makeMischief(world, chance.fork(), enough.signal);
  try {
    const wishes = await Promise.race([wishFor(world, tasks, chance.fork()), failureOf(mischief)]);
    await Promise.race([untilFinal(world, mischiefUntil * tasks), failureOf(mischief)]);
    enough.abort();
    const done = await mischief;
    await untilFinal(world, Number.POSITIVE_INFINITY);
    const verdict = await judge(world, wishes);
    verdict.push({ guarantee: "what a killed process had started is gone soon", against: done.orphans });
    return {
      verdict,
      mischief: done,
      ...counts(world),
      transitions: illegalTransitions(tableOf(world)).count,
      elapsedSeconds: Math.round((performance.now() - startedMs) / 1000),
    };
  } finally {
    enough.abort();
    await mischief.catch(() => undefined);
  }
}

/** Never resolves. */
async function failureOf(mischief: Promise<Mischief>): Promise<never> {
  await mischief;
  return await new Promise(() => {});
}

/** Until so many tasks are final, or none is left that is not. */
async function untilFinal(world: World, count: number): Promise<void> {
  const database = new BetterSqlite3(tableOf(world), { readonly: true, timeout: 10_000 });
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
    const deadlineMs = restMs.least + restMs.forEach * (tasks.get() ?? 0);
    await eventually("the tasks come to their ends", look, { deadlineMs, describe: () => describeOpen(database) });
  } finally {
    database.close();
  }
}

/** What keeps those that are not final. */
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

function counts(world: World): Pick<ChaosReport, "states" | "interruptions" | "takenForPoison"> {
  const database = new BetterSqlite3(tableOf(world), { readonly: true, timeout: 10_000 });
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
      takenForPoison: poison.get() ?? 0,
    };
  } finally {
    database.close();
  }
}
