import { type Configuration, emptyStage, type StageSettings } from "@dwld/daemon";
import { type AttemptRow, downloadBounds, type TaskRow } from "@dwld/queue";
import { isFailureClass } from "../failure/failure-class.ts";
import { chooseStage, type Now, type PastAttempt, type Stage, type StageChoice } from "./choose-stage.ts";
import { orderStages, type StageRecord } from "./order-stages.ts";
import { stageTraits } from "./stage-traits.ts";

/** A stage that this machine can run. */
export type StagePlan = Stage & { readonly settings: StageSettings };

/**
 * What the attempts of this round, and the site's earlier ones, say about the next one.
 *
 * @param stages those of the site that this machine can run, in the configuration's order.
 * @param task as it is now, with what its last attempt has cost.
 * @param records how they did on this site.
 */
export function planNext(
  configuration: Pick<Configuration, "sites" | "defaultSite" | "stages">,
  stages: readonly [StagePlan, ...StagePlan[]],
  task: Pick<TaskRow, "site" | "round" | "attempt_count" | "tried_since">,
  attempts: readonly AttemptRow[],
  records: readonly StageRecord[],
  now: Now,
): StageChoice & { plan?: StagePlan } {
  const history = attempts
    .filter(({ round, outcome }) => round === task.round && outcome === "failed")
    .map(({ stage, failure_class, cookie_file, exit_code }): PastAttempt => {
      const failureClass = isFailureClass(failure_class) ? failure_class : "unknown";
      const traits = stageTraits(configuration.stages[stage] ?? emptyStage);
      return { stage, traits, failureClass, cookieFile: cookie_file ?? undefined, arrived: exit_code === 0 };
    });
  const ordered = order(stages, records, now.nowMs);
  const choice = chooseStage(ordered, history, downloadBounds(task, configuration), now);
  if (choice.next === "end") return choice;
  // A stage that went away with its needs is stood in for by the first one.
  return { ...choice, plan: stages.find(({ name }) => name === choice.stage) ?? ordered[0] };
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
