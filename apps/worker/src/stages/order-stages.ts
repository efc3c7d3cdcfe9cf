import { dayMs } from "@dwld/timing";

/** When a stage last succeeded and failed on a site, milliseconds since the epoch; null: never. */
export type StageRecord = {
  readonly stage: string;
  readonly succeeded_at: number | null;
  readonly failed_at: number | null;
};

/** Age of the records at which the configuration's order counts again: sites change. */
const forgetAfterMs = dayMs;

/**
 * Puts the stage that worked last in front; the others keep their order. The first configured stage comes first again if
 * it was not tried for a day.
 */
export function orderStages<Name extends string>(
  stages: readonly [Name, ...Name[]],
  records: readonly StageRecord[],
  nowMs: number,
): [Name, ...Name[]] {
  const [first, ...rest] = stages;
  const recordOf = (name: string) => records.find(({ stage }) => stage === name);
  const preferred = recordOf(first);
  const triedAtMs = Math.max(preferred?.succeeded_at ?? 0, preferred?.failed_at ?? 0);
  if (nowMs - triedAtMs > forgetAfterMs) return [first, ...rest];
  const lastSuccess = (name: string) => recordOf(name)?.succeeded_at ?? 0;
  const best = stages.reduce((a, b) => (lastSuccess(b) > lastSuccess(a) ? b : a));
  return [best, ...stages.filter((name) => name !== best)];
}
