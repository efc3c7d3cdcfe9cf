import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { FailureClass, type StatisticsRow, StatisticsRowSchema } from "@dwld/rpc";
import { bytesBySite, daysOf, lastDays } from "./week.ts";

function livesIn(t: TestContext, zone: string): void {
  const before = process.env["TZ"];
  process.env["TZ"] = zone;
  t.after(() => (before === undefined ? delete process.env["TZ"] : (process.env["TZ"] = before)));
}

function row(hour: string, taskCount: number, rest: Partial<StatisticsRow> = {}): StatisticsRow {
  return create(StatisticsRowSchema, {
    hour: timestampFromDate(new Date(hour)),
    taskCount: BigInt(taskCount),
    site: rest.site ?? "vimeo",
    failureClass: rest.failureClass ?? FailureClass.UNSPECIFIED,
    sizeBytes: rest.sizeBytes ?? 0n,
  });
}

test("week: seven days of the reader, today's last", (t) => {
  livesIn(t, "Europe/Moscow");
  const days = lastDays(new Date("2026-11-27T22:30:00Z"));
  assert.deepEqual(
    days.map((day) => day.toISOString()),
    [21, 22, 23, 24, 25, 26, 27].map((day) => `2026-11-${day}T21:00:00.000Z`),
  );
});

test("week: an hour belongs to the day that it has where the reader lives", (t) => {
  livesIn(t, "America/New_York");
  const days = daysOf(
    [row("2026-11-27T04:00:00Z", 2), row("2026-11-27T05:00:00Z", 3)],
    lastDays(new Date("2026-11-27T18:00:00Z")),
  );
  assert.deepEqual(
    days.map(({ arrived }) => arrived),
    [0, 0, 0, 0, 0, 2, 3],
  );
});

test("week: a day of 25 hours has all of them", (t) => {
  livesIn(t, "Europe/Berlin");
  const hours = Array.from({ length: 25 }, (_, index) =>
    row(new Date(Date.UTC(2026, 9, 24, 22 + index)).toISOString(), 1),
  );
  const days = daysOf(hours, lastDays(new Date("2026-10-26T12:00:00Z")));
  assert.deepEqual(
    days.map(({ arrived }) => arrived),
    [0, 0, 0, 0, 0, 25, 0],
  );
});

test("week: what arrived and what failed are counted apart, the most frequent reason first", (t) => {
  livesIn(t, "UTC");
  const at = "2026-11-27T10:00:00Z";
  const [today] = daysOf(
    [
      row(at, 4, { sizeBytes: 5n }),
      row(at, 1, { failureClass: FailureClass.GONE }),
      row("2026-11-27T12:00:00Z", 2, { failureClass: FailureClass.NETWORK }),
      row(at, 1, { failureClass: FailureClass.NETWORK, site: "youtube" }),
    ],
    [new Date("2026-11-27T00:00:00Z")],
  );
  assert.deepEqual(today, {
    start: new Date("2026-11-27T00:00:00Z"),
    arrived: 4,
    arrivedBytes: 5,
    failed: 4,
    failures: [
      { failureClass: FailureClass.NETWORK, count: 3 },
      { failureClass: FailureClass.GONE, count: 1 },
    ],
  });
});

const rowsOfSites = (count: number): StatisticsRow[] =>
  Array.from({ length: count }, (_, index) =>
    row("2026-11-27T10:00:00Z", 1, { site: `site ${index}`, sizeBytes: BigInt(index) }),
  );

test("week: the sites with most bytes are first, and the rest is one sum", () => {
  const { top, others } = bytesBySite([...rowsOfSites(10), ...rowsOfSites(10)]);
  assert.deepEqual(top[0], { site: "site 9", bytes: 18 });
  assert.deepEqual([top.length, others], [6, 2 * (1 + 2 + 3)]);
});

test("week: sites that the server does not name are others, however much they have", () => {
  const { top, others } = bytesBySite([row("2026-11-27T10:00:00Z", 1, { site: "", sizeBytes: 9n }), ...rowsOfSites(3)]);
  assert.deepEqual([top.length, others], [2, 9]);
});

test("week: a seventh site is named, and one without bytes is not", () => {
  const { top, others } = bytesBySite(rowsOfSites(8));
  assert.deepEqual([top.length, others], [7, 0]);
});
