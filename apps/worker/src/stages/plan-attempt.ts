import { type Configuration, emptyStage, type StageSettings } from "@dwld/daemon";
import { type AttemptRow, downloadBounds, type TaskRow } from "@dwld/queue";
import { isFailureClass } from "../failure/failure-class.ts";
import { chooseStage, type Now, type PastAttempt, type Stage, type StageChoice } from "./choose-stage.ts";
import { orderStages, type StageRecord } from "./order-stages.ts";
import { stageTraits } from "./stage-traits.ts";

/** A stage that this machine can run. */
export type StagePlan = Stage & { readonly settings: StageSettings };

export type PlanFacts = {
  configuration: Pick<Configuration, "sites" | "defaultSite" | "stages">;
  /** Stages of the site that this machine can run, in the configuration's order. */
  stages: readonly [StagePlan, ...StagePlan[]];
  /** The task with what its last attempt has cost. */
  task: Pick<TaskRow, "site" | "round" | "attempt_count" | "tried_since">;
  attempts: readonly AttemptRow[];
  /** How the stages did on this site. */
  records: readonly StageRecord[];
};

/** The next step of a task. The stage is absent if the task ends. */
export type Plan = StageChoice & { plan?: StagePlan };

/** Plans the next attempt by the attempts of this round and the earlier ones of the site. Pure. */
export function planNext({ configuration, stages, task, attempts, records }: PlanFacts, now: Now): Plan {
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
  // The first stage stands in for one that can no longer run.
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
