import assert from "node:assert/strict";
import { test } from "node:test";
import { fittingPeriod, type PeriodName, periodsBetween, startOfSpan } from "./periods.ts";
import { sparkline } from "./sparkline.ts";
import { statisticsPage } from "./page.ts";

const at = (text: string) => new Date(`${text}:00`);
const days = (since: string, until: string, name: PeriodName) =>
  periodsBetween(at(since), at(until), name).map(({ start }) => start.toDateString().slice(0, 10));

test("periods: days, weeks from Monday and months of the calendar, the first and the last as far as they go", () => {
  assert.deepEqual(days("2026-11-26T00:00", "2026-11-28T03:00", "day"), ["Thu Nov 26", "Fri Nov 27", "Sat Nov 28"]);
  assert.deepEqual(days("2026-11-19T00:00", "2026-11-30T03:00", "week"), ["Thu Nov 19", "Mon Nov 23", "Mon Nov 30"]);
  assert.deepEqual(days("2025-12-30T12:00", "2026-02-01T00:00", "month"), ["Tue Dec 30", "Thu Jan 01"]);
  assert.deepEqual(periodsBetween(at("2026-11-26T00:00"), at("2026-11-26T00:00"), "day"), []);
});

test("periods: a span of days begins at midnight and has today; each period follows the one before without a gap", () => {
  const now = at("2026-03-30T15:30");
  assert.deepEqual(startOfSpan(86_400_000, now), at("2026-03-30T00:00"));
  assert.deepEqual(startOfSpan(7 * 86_400_000, now), at("2026-03-24T00:00"));
  assert.deepEqual(startOfSpan(3_600_000, now), at("2026-03-30T14:30"));
  const periods = periodsBetween(at("2026-01-01T00:00"), now, "week");
  for (const [index, { start }] of periods.slice(1).entries()) assert.deepEqual(start, periods[index]?.end);
  const since = (text: string) => fittingPeriod(at(text), now);
  assert.deepEqual(["2026-03-01T00:00", "2026-01-01T00:00", "2025-01-01T00:00"].map(since), ["day", "week", "month"]);
});

test("sparkline: the largest number is a whole block, the smallest is seen, and none is a dot", () => {
  assert.equal(sparkline([0, 1, 4, 8, 1000]), "·▁▁▁█");
  assert.equal(sparkline([0, 0]), "··");
  assert.equal(sparkline([1, 2, 3, 4, 5, 6, 7, 8]), "▁▂▃▄▅▆▇█");
});

test("statistics page: a terminal sees the days as bars, as far as they have room", () => {
  const none = { arrived: 0, sizeBytes: 0, medianMs: undefined, failed: 0, failures: [] };
  const day = (arrived: number) => ({ ...none, arrived, start: at("2026-11-26T00:00"), end: at("2026-11-27T00:00") });
  const total = { ...none, arrived: 9 };
  const page = (columns: number | undefined) =>
    statisticsPage(
      { since: at("2026-11-26T00:00"), total, per: "day", periods: [day(1), day(8)], by: "site", groups: [] },
      { columns, tellsPeriods: false },
    ).join("\n");
  assert.match(page(80), /^arrived {3}▁█ {2}at most 8 a day$/m);
  assert.doesNotMatch(page(80), /^failed .*at most/m);
  for (const columns of [undefined, 13]) assert.doesNotMatch(page(columns), /█/);
});
