import { timestampDate } from "@bufbuild/protobuf/wkt";
import { FailureClass, type StatisticsRow } from "@dwld/rpc";

export type Day = {
  /** Midnight of the reader. */
  readonly start: Date;
  readonly arrived: number;
  readonly arrivedBytes: number;
  readonly failed: number;
  /** The most frequent first. */
  readonly failures: readonly { readonly failureClass: FailureClass; readonly count: number }[];
};

export type SiteBytes = { readonly site: string; readonly bytes: number };

const dayCount = 7;
const mostSites = 6;

/** Returns the midnights of the last days, today's last, in the zone of the reader. */
export function lastDays(now: Date): readonly Date[] {
  // A day has 23 or 25 hours when clocks are changed; the calendar knows.
  return Array.from(
    { length: dayCount },
    (_, index) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - (dayCount - 1 - index)),
  );
}

/** Returns what ended on each of the days. */
export function daysOf(rows: readonly StatisticsRow[], days: readonly Date[]): readonly Day[] {
  return days.map((start, index) => {
    const end = days[index + 1] ?? new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1);
    const own = rows.filter(({ hour }) => {
      const time = hour === undefined ? undefined : timestampDate(hour);
      return time !== undefined && time >= start && time < end;
    });
    const arrived = own.filter(isArrived);
    const failures = new Map<FailureClass, number>();
    for (const { failureClass, taskCount } of own.filter((row) => !isArrived(row)))
      failures.set(failureClass, (failures.get(failureClass) ?? 0) + Number(taskCount));
    return {
      start,
      arrived: sum(arrived.map(({ taskCount }) => taskCount)),
      arrivedBytes: sum(arrived.map(({ sizeBytes }) => sizeBytes)),
      failed: [...failures.values()].reduce((total, count) => total + count, 0),
      failures: [...failures]
        .map(([failureClass, count]) => ({ failureClass, count }))
        .toSorted((left, right) => right.count - left.count),
    };
  });
}

/** Returns the sites from which most bytes arrived, and the bytes of all others, some of which the server does not name. */
export function bytesBySite(rows: readonly StatisticsRow[]): {
  readonly top: readonly SiteBytes[];
  readonly others: number;
} {
  const bytes = new Map<string, number>();
  for (const { site, sizeBytes } of rows) bytes.set(site, (bytes.get(site) ?? 0) + Number(sizeBytes));
  const all = [...bytes]
    .map(([site, siteBytes]) => ({ site, bytes: siteBytes }))
    .filter((each) => each.bytes > 0 && each.site !== "")
    .toSorted((left, right) => right.bytes - left.bytes);
  // One site more needs no line of others.
  const shown = all.length === mostSites + 1 ? all.length : mostSites;
  return { top: all.slice(0, shown), others: sum([bytes.get("") ?? 0, ...all.slice(shown).map((each) => each.bytes)]) };
}

function isArrived({ failureClass }: StatisticsRow): boolean {
  return failureClass === FailureClass.UNSPECIFIED;
}

function sum(values: readonly (number | bigint)[]): number {
  return values.reduce<number>((total, value) => total + Number(value), 0);
}
