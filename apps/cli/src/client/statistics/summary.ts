import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { FailureClass, FailureClassSchema, type StatisticsRow } from "@dwld/rpc";
import type { Period } from "./periods.ts";

/** The sums of some rows. */
export type Summary = {
  readonly arrived: number;
  readonly sizeBytes: number;
  /** The time that an arrival took, in the middle between quick and slow ones; undefined: it is not known. */
  readonly medianMs: number | undefined;
  readonly failed: number;
  /** The most frequent first. */
  readonly failures: readonly Count[];
};

export type Count = { readonly name: string; readonly count: number };

/** The rows of a site, stage, user, chat or class; "…" for those that the server tells together. */
export type Group = Summary & { readonly name: string };

export const othersName = "…";

export function summarise(rows: readonly StatisticsRow[]): Summary {
  const arrived = rows.filter(hasArrived);
  const failures = countBy(
    rows.filter((row) => !hasArrived(row)),
    (row) => classWord(row.failureClass),
  );
  return {
    arrived: tasksOf(arrived),
    sizeBytes: arrived.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes), 0),
    medianMs: middleMs(arrived),
    failed: failures.reduce((sum, { count }) => sum + count, 0),
    failures,
  };
}

export function byPeriod(rows: readonly StatisticsRow[], periods: readonly Period[]): (Period & Summary)[] {
  return periods.map((period) => {
    const [startMs, endMs] = [period.start.getTime(), period.end.getTime()];
    const own = rows.filter(({ hour }) => {
      const ms = hour === undefined ? -1 : timestampMs(hour);
      return ms >= startMs && ms < endMs;
    });
    return { ...period, ...summarise(own) };
  });
}

/** Returns the groups, those with the most tasks first, and those that the server tells together last. */
export function groupBy(rows: readonly StatisticsRow[], nameOf: (row: StatisticsRow) => string): Group[] {
  const names = Map.groupBy(rows, (row) => (row.others ? othersName : nameOf(row)));
  return [...names]
    .map(([name, own]) => ({ name, ...summarise(own) }))
    .toSorted(
      (left, right) =>
        Number(left.name === othersName) - Number(right.name === othersName) ||
        right.arrived + right.failed - left.arrived - left.failed ||
        left.name.localeCompare(right.name),
    );
}

/** Returns how often each name occurs among tasks, the most frequent first. */
export function countBy(rows: readonly StatisticsRow[], nameOf: (row: StatisticsRow) => string): Count[] {
  return [...Map.groupBy(rows, nameOf)]
    .map(([name, own]) => ({ name, count: tasksOf(own) }))
    .toSorted((left, right) => right.count - left.count || left.name.localeCompare(right.name));
}

/** The name of a failure class, as the documentation spells it: "rate_limited". */
export function classWord(failureClass: FailureClass): string {
  return FailureClassSchema.value[failureClass]?.localName.toLowerCase() ?? `class ${failureClass}`;
}

export function hasArrived({ failureClass }: StatisticsRow): boolean {
  return failureClass === FailureClass.UNSPECIFIED;
}

function tasksOf(rows: readonly StatisticsRow[]): number {
  return rows.reduce((sum, { taskCount }) => sum + Number(taskCount), 0);
}

/** Returns the median. Tasks of a row count with its mean; rows from before times were counted have none. */
function middleMs(rows: readonly StatisticsRow[]): number | undefined {
  const times = rows
    .map(({ totalDuration, taskCount }) => ({
      tasks: Number(taskCount),
      ms: totalDuration === undefined ? 0 : durationMs(totalDuration) / Math.max(1, Number(taskCount)),
    }))
    .filter(({ ms }) => ms > 0)
    .toSorted((left, right) => left.ms - right.ms);
  let left = times.reduce((sum, { tasks }) => sum + tasks, 0) / 2;
  return times.find(({ tasks }) => (left -= tasks) <= 0)?.ms;
}
