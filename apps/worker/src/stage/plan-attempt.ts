import type { Configuration, StageSettings } from "@dwld/daemon";
import type { AttemptRow, TaskRow } from "@dwld/queue";
import { isFailureClass } from "../failure/failure-class.ts";
import { chooseStage, type PastAttempt, type StageChoice } from "./choose-stage.ts";

export type StagePlan = { name: string; settings: StageSettings };

/** The stages of a site, in their order. Sites without a list of their own use the stage `default`. */
export function stagesOf(configuration: Configuration, site: string): [string, ...string[]] {
  const [first, ...rest] = configuration.sites[site]?.stages ?? [];
  return first === undefined ? ["default"] : [first, ...rest];
}

/** What the attempts of this round say about the next one. */
export function planNext(
  configuration: Configuration,
  task: Pick<TaskRow, "site" | "round">,
  attempts: readonly AttemptRow[],
  random: number,
): StageChoice {
  const history = attempts
    .filter(({ round, outcome }) => round === task.round && outcome === "failed")
    .map((attempt): PastAttempt => {
      const failureClass = isFailureClass(attempt.failure_class) ? attempt.failure_class : "unknown";
      return { stage: attempt.stage, failureClass };
    });
  const { maxAttempts } = configuration.worker;
  return chooseStage(stagesOf(configuration, task.site), history, { maxAttempts }, random);
}

/** The stage `default`, where the configuration has none of that name. */
const plain: StageSettings = { extractorArgs: [], arguments: [] };

export function stageNamed(configuration: Configuration, name: string): StagePlan {
  return { name, settings: configuration.stages[name] ?? plain };
}
