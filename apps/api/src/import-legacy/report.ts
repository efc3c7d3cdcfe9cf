import { redactSecrets } from "@dwld/daemon";
import type { Import } from "@dwld/queue";
import { oneLine } from "./one-line.ts";

/** What became of a row. */
export type RowReport = {
  row: number;
  link: string;
  outcome: Import | "refused";
  /** Why it was refused, or what is not as it was. */
  note: string;
};

export type Totals = Record<RowReport["outcome"], number>;

export const nothing: Totals = { history: 0, queued: 0, joined: 0, known: 0, refused: 0 };

export function count(totals: Totals, rows: readonly RowReport[]): Totals {
  const sum = { ...totals };
  for (const { outcome } of rows) sum[outcome] += 1;
  return sum;
}

const words: Record<RowReport["outcome"], string> = {
  history: "history",
  queued: "queued",
  joined: "joined",
  known: "taken before",
  refused: "not taken",
};

const explanations: Record<RowReport["outcome"], string> = {
  history: "finished by the first dwld",
  queued: "to be downloaded",
  joined: "an equal link waits here already",
  known: "by an earlier import",
  refused: "they stay in the file",
};

/** Every row as a line of JSON: a contract with scripts. */
export function rowJson({ row, link, outcome, note }: RowReport): string {
  return `${JSON.stringify({ row, link: shown(link), outcome, ...(note === "" ? {} : { note: redactSecrets(note) }) })}\n`;
}

/** A line for a person, of rows about which there is something to say. */
export function rowText({ row, link, outcome, note }: RowReport): string {
  const which = shown(link) === "" ? "" : ` (${shown(link)})`;
  return note === "" ? "" : `row ${row}: ${words[outcome]}${which}: ${redactSecrets(note)}\n`;
}

/** How it ended: what was taken into which task table, and whether the whole file was read. */
export type Ending = { file: string; database: string; dryRun: boolean; complete: boolean; totals: Totals };

export function endingJson({ totals, ...ending }: Ending): string {
  return `${JSON.stringify({ ...ending, rows: rowsOf(totals), ...totals })}\n`;
}

export function endingText({ file, database, dryRun, complete, totals }: Ending): string {
  const outcomes = ["history", "queued", "joined", "known", "refused"] as const;
  const lines = outcomes
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => `  ${words[outcome].padEnd(14)}${String(totals[outcome]).padEnd(8)}${explanations[outcome]}\n`);
  const rows = rowsOf(totals);
  const more = complete ? "" : ", and there are more";
  const where = dryRun ? `nothing was changed in ${database} (--dry-run)` : `into ${database}`;
  return `${file}: ${rows} ${rows === 1 ? "row" : "rows"}${more}; ${where}\n${lines.join("")}`;
}

function rowsOf(totals: Totals): number {
  return Object.values(totals).reduce((sum, one) => sum + one, 0);
}

function shown(link: string): string {
  return oneLine(redactSecrets(link), 200);
}
