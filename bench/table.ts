import { describeTarget, type Finding, isMet } from "./finding.ts";
import type { Spread } from "./pairs.ts";
import { digits, show } from "./quantity.ts";

const header = ["what", "dwld", "beside", "ratio (lowest – highest)", "target", ""];

/** Formats findings as text in columns. */
export function layTable(findings: readonly Finding[]): string {
  const rows = findings.map(cellsOf);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => widthOf(row[column] ?? ""))));
  const lay = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
      .join("   ")
      .trimEnd();
  return [lay(header), lay(widths.map((width) => "─".repeat(width))), ...rows.map(lay)].join("\n");
}

function cellsOf({ what, unit, dwld, beside, target }: Finding): string[] {
  const own = show(dwld.median, unit);
  const isOfOwn = target !== undefined && (target.of === "mean" || target.of === "p99");
  return [
    what,
    isOfOwn ? `${own}, ${target.of} ${show(target.value, unit)}` : own,
    beside === undefined ? "" : `${show(beside.median, unit)}  ${beside.name}`,
    beside === undefined ? "" : spreadText(beside.ratio),
    target === undefined ? "" : describeTarget(target, unit),
    target === undefined ? "" : isMet(target) ? "met" : "NOT MET",
  ];
}

function spreadText({ median, lowest, highest }: Spread): string {
  return `${digits(median)} (${digits(lowest)} – ${digits(highest)})`;
}

function widthOf(text: string): number {
  return [...text].length;
}
