import type { Configuration, StageSettings } from "@dwld/daemon";
import type { AttemptRow, TaskRow } from "@dwld/queue";
import { isFailureClass } from "../failure/failure-class.ts";
import { chooseStage, type Now, type PastAttempt, type StageChoice, type StageTraits } from "./choose-stage.ts";
import { orderStages, type StageRecord } from "./order-stages.ts";

/** A stage that this machine can run. */
export type StagePlan = { readonly name: string; readonly settings: StageSettings; readonly traits: StageTraits };

const hourMs = 3_600_000;

/**
 * What the attempts of this round, and the site's earlier ones, say about the next one.
 *
 * @param stages those of the site that this machine can run, in the configuration's order.
 * @param records how they did on this site.
 */
export function planNext(
  configuration: Pick<Configuration, "sites" | "defaultSite">,
  stages: readonly [StagePlan, ...StagePlan[]],
  task: Pick<TaskRow, "site" | "round">,
  attempts: readonly AttemptRow[],
  records: readonly StageRecord[],
  now: Now,
): StageChoice & { plan?: StagePlan } {
  const history = attempts
    .filter(({ round, outcome }) => round === task.round && outcome === "failed")
    .map((attempt): PastAttempt => {
      const failureClass = isFailureClass(attempt.failure_class) ? attempt.failure_class : "unknown";
      return { stage: attempt.stage, failureClass, endedAtMs: attempt.ended_at ?? now.nowMs };
    });
  const { maxAttempts, maxTotalHours } = siteSettings(configuration, task.site);
  const ordered = order(stages, records, now.nowMs);
  const choice = chooseStage(ordered, history, { maxAttempts, maxTotalMs: maxTotalHours * hourMs }, now);
  if (choice.next === "end") return choice;
  // A stage that went away with its needs is stood in for by the first one.
  return { ...choice, plan: stages.find(({ name }) => name === choice.stage) ?? ordered[0] };
}

/** Sites that nobody named have the settings of `default`. */
export function siteSettings(configuration: Pick<Configuration, "sites" | "defaultSite">, site: string) {
  return configuration.sites[site] ?? configuration.defaultSite;
}

function order(
  stages: readonly [StagePlan, ...StagePlan[]],
  records: readonly StageRecord[],
  nowMs: number,
): [StagePlan, ...StagePlan[]] {
  const [first, ...rest] = stages;
  const names = orderStages([first.name, ...rest.map(({ name }) => name)], records, nowMs);
  const byName = (name: string) => stages.find((stage) => stage.name === name) ?? first;
  const [best, ...others] = names.map(byName);
  return [best ?? first, ...others];
}
