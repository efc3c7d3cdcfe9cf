import { oneLine, sizeText } from "@dwld/text";
import { padText } from "../render/fit-text.ts";
import { momentText, spanText } from "../render/quantities.ts";
import { layOutTable, type Column, type LastColumn } from "../render/table.ts";
import type { PeriodName, Period } from "./periods.ts";
import { sparkline } from "./sparkline.ts";
import type { Count, Group, Summary } from "./summary.ts";

export type Statistics = {
  readonly since: Date;
  readonly total: Summary;
  readonly per: PeriodName;
  readonly periods: readonly (Period & Summary)[];
  readonly by: string;
  readonly groups: readonly Group[];
};

/** Returns what arrived and failed in all, as a line of bars or a table of periods, and a table by what was asked. */
export function statisticsPage(
  statistics: Statistics,
  { columns, tellsPeriods }: { columns: number | undefined; tellsPeriods: boolean },
): string[] {
  const { since, total, per, periods, by, groups } = statistics;
  const from = `since ${momentText(since.getTime()).slice(0, 16).replace(" 00:00", "")}`;
  if (total.arrived + total.failed === 0) return [`nothing arrived and nothing failed ${from}`];
  const lines = [
    `${from}, ${periods.length} ${per}${periods.length === 1 ? "" : "s"}`,
    "",
    lineOf("arrived", total.arrived, [
      sizeText(total.sizeBytes),
      total.medianMs === undefined ? "" : `half of them within ${spanText(total.medianMs)}`,
    ]),
    lineOf("failed", total.failed, [countsText(total.failures)]),
  ];
  if (tellsPeriods) lines.push("", ...periodTable(statistics, columns));
  else if (columns !== undefined && periods.length > 1 && periods.length <= columns - 12)
    lines.push("", ...barLines(statistics));
  return [...lines, "", ...groupTable(by, groups, columns)];
}

function lineOf(word: string, count: number, details: readonly string[]): string {
  return [padText(word, 8), padText(String(count), 6, "right"), ...details.filter((text) => text !== "")]
    .join("  ")
    .trimEnd();
}

function barLines({ per, periods }: Statistics): string[] {
  const line = (word: string, numbers: readonly number[]) =>
    Math.max(...numbers) === 0
      ? []
      : [`${padText(word, 8)}  ${sparkline(numbers)}  at most ${Math.max(...numbers)} a ${per}`];
  return [
    ...line(
      "arrived",
      periods.map(({ arrived }) => arrived),
    ),
    ...line(
      "failed",
      periods.map(({ failed }) => failed),
    ),
  ];
}

function periodTable({ per, periods }: Statistics, columns: number | undefined): string[] {
  const table = layOutTable<Period & Summary>(
    [
      {
        header: per.toUpperCase(),
        width: 10,
        text: ({ start }) => momentText(start.getTime()).slice(0, per === "month" ? 7 : 10),
      },
      ...countColumns,
    ],
    why,
    columns,
  );
  return [table.header, ...periods.map((each) => table.line(each))];
}

function groupTable(by: string, groups: readonly Group[], columns: number | undefined): string[] {
  const width = Math.min(30, Math.max(8, ...groups.map(({ name }) => nameText(by, name).length)));
  const table = layOutTable<Group>(
    [
      { header: by.toUpperCase(), width, cut: true, text: ({ name }) => nameText(by, name) },
      // A class of failure is none of arrival.
      ...(by === "class" ? countColumns.filter(({ header }) => header === "FAILED") : countColumns),
    ],
    by === "class" ? { ...why, header: "WHERE" } : why,
    columns,
  );
  return [table.header, ...groups.map((each) => table.line(each))];
}

const countColumns: readonly Column<Summary>[] = [
  { header: "ARRIVED", width: 7, align: "right", text: ({ arrived }) => String(arrived) },
  {
    header: "SIZE",
    width: 8,
    align: "right",
    dropOrder: 1,
    text: ({ arrived, sizeBytes }) => (arrived === 0 ? "" : sizeText(sizeBytes)),
  },
  {
    header: "HALF IN",
    width: 7,
    align: "right",
    dropOrder: 2,
    text: ({ medianMs }) => (medianMs === undefined ? "" : spanText(medianMs)),
  },
  { header: "FAILED", width: 6, align: "right", text: ({ failed }) => String(failed) },
];

const why: LastColumn<Summary> = { header: "WHY", leastWidth: 12, text: ({ failures }) => countsText(failures) };

/** "removed 2, rate_limited 1" */
function countsText(counts: readonly Count[]): string {
  return counts.map(({ name, count }) => `${oneLine(name)} ${count}`).join(", ");
}

function nameText(by: string, name: string): string {
  return name === "" ? `(no ${by})` : oneLine(name);
}
