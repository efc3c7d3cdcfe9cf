import type { Finding } from "./finding.ts";
import { digits } from "./quantity.ts";

const header = ["what", "dwld", "beside", "ratio (lowest – highest)", "target", ""];

/** Formats findings as text in columns. */
export function layTable(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const { what, dwld, beside, target, met } = finding;
    const { median, lowest, highest } = finding.ratio;
    const ratio = `${digits(median)} (${digits(lowest)} – ${digits(highest)})`;
    return [what, dwld, beside, ratio, target, met === undefined ? "" : met ? "met" : "NOT MET"];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => widthOf(row[column] ?? ""))));
  const lay = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
      .join("   ")
      .trimEnd();
  return [lay(header), lay(widths.map((width) => "─".repeat(width))), ...rows.map(lay)].join("\n");
}

function widthOf(text: string): number {
  return [...text].length;
}
