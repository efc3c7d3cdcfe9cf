import { dayMs } from "@dwld/timing";

export const periodNames = ["day", "week", "month"] as const;

export type PeriodName = (typeof periodNames)[number];

/** From the first moment to that of the next period, in the zone of the reader. */
export type Period = { readonly start: Date; readonly end: Date };

/** The most days that are told day by day, and week by week, if a person names no period. */
const mostDays = { day: 31, week: 190 } as const;

/** Returns the first moment of what `--since 7d` names: with today, as many days of the calendar. A part of a day is a span from now. */
export function startOfSpan(spanMs: number, now: Date): Date {
  if (spanMs % dayMs !== 0) return new Date(now.getTime() - spanMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1 - spanMs / dayMs);
}

export function fittingPeriod(since: Date, now: Date): PeriodName {
  const days = (now.getTime() - since.getTime()) / dayMs;
  return days <= mostDays.day ? "day" : days <= mostDays.week ? "week" : "month";
}

/** Returns the days, weeks (from Monday) or months of the calendar between two moments, of which the first and the last may be parts. */
export function periodsBetween(since: Date, until: Date, name: PeriodName): readonly Period[] {
  const periods: Period[] = [];
  for (let start = since; start < until;) {
    const next = nextStart(start, name);
    const end = next < until ? next : until;
    periods.push({ start, end });
    start = end;
  }
  return periods;
}

/** A day has 23 or 25 hours when clocks are changed; the calendar knows. */
function nextStart(moment: Date, name: PeriodName): Date {
  const [year, month, day] = [moment.getFullYear(), moment.getMonth(), moment.getDate()];
  switch (name) {
    case "day":
      return new Date(year, month, day + 1);
    case "week":
      return new Date(year, month, day + 7 - ((moment.getDay() + 6) % 7));
    case "month":
      return new Date(year, month + 1, 1);
  }
}
