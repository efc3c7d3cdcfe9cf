/** How a stage did on a site; times in milliseconds since the epoch, null: never. */
export type StageRecord = {
  readonly stage: string;
  readonly succeeded_at: number | null;
  readonly failed_at: number | null;
};

/** After so long, the stages are tried in the configuration's order again: sites change. */
const forgetAfterMs = 24 * 60 * 60 * 1000;

/**
 * What worked last comes first; the others keep their order. The first of the configuration gets its chance again when
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
