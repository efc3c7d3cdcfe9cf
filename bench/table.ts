import { describeTarget, type Finding, isMet } from "./finding.ts";
import { isQuiet } from "./machine/company.ts";
import type { Spread } from "./pairs.ts";
import { digits, show } from "./quantity.ts";
import type { Answer } from "./record/results.ts";

export const header = ["what", "dwld", "beside", "ratio (lowest – highest)", "target", ""];

/** Formats answers as text in columns. */
export function layTable(answers: readonly Answer[]): string {
  const rows = answers.flatMap(rowsOf);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => widthOf(row[column] ?? ""))));
  const lay = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
      .join("   ")
      .trimEnd();
  return [lay(header), lay(widths.map((width) => "─".repeat(width))), ...rows.map(lay)].join("\n");
}

/** Returns the cells of each row. */
export function rowsOf({ findings, company }: Answer): string[][] {
  return findings.map((finding) => cellsOf(finding, isQuiet(company)));
}

/** Beside the median stands the value that the target is for, if it is another one. */
function cellsOf({ what, unit, dwld, beside, target }: Finding, isJudged: boolean): string[] {
  const own = show(dwld.median, unit);
  const isOfOwn = target !== undefined && (target.of === "mean" || target.of === "p99");
  return [
    what,
    isOfOwn ? `${own}, ${target.of} ${show(target.value, unit)}` : own,
    beside === undefined ? "" : `${show(beside.median, unit)}  ${beside.name}`,
    beside?.ratio === undefined ? "" : spreadText(beside.ratio),
    target === undefined ? "" : describeTarget(target, unit),
    target === undefined ? "" : !isJudged ? "not judged" : isMet(target) ? "met" : "NOT MET",
  ];
}

function spreadText({ median, lowest, highest }: Spread): string {
  return `${digits(median)} (${digits(lowest)} – ${digits(highest)})`;
}

function widthOf(text: string): number {
  return [...text].length;
}
