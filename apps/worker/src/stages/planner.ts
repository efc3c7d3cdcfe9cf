import type { Configuration } from "@dwld/daemon";
import { attemptsOf, type Database, findTask, stageResults, type TaskRow } from "@dwld/queue";
import type { StageFinder } from "./find-stages.ts";
import { type Plan, planNext } from "./plan-attempt.ts";

/**
 * Plans the next attempt of a task, by its history and what this machine can run now.
 *
 * @param retryAtMs when the last failure said that another try makes sense.
 */
export type Planner = (task: TaskRow, retryAtMs?: number) => Promise<Plan>;

export type PlannerOptions = {
  /** Read at each plan. */
  configuration: Pick<Configuration, "sites" | "defaultSite" | "stages">;
  database: Database;
  findStages: StageFinder;
  now: () => number;
  random: () => number;
};

export function createPlanner(options: PlannerOptions): Planner {
  const { database, findStages, now, random } = options;
  return async (claimed, retryAtMs) => {
    const stages = await findStages(claimed.site);
    // Read again, with what an attempt has cost since the claim; a deleted task is not found.
    const task = (await findTask(database, claimed.id, "all")) ?? claimed;
    const attempts = await attemptsOf(database, task.seq);
    const records = await stageResults(database, task.site);
    const { configuration } = options;
    return planNext({ configuration, stages, task, attempts, records }, { nowMs: now(), random: random(), retryAtMs });
  };
}
