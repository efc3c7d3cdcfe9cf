import { redactSecrets } from "@dwld/daemon";
import type { Import } from "@dwld/queue";
import { oneLine } from "@dwld/text";

/** The outcome of a row. */
export type RowReport = {
  row: number;
  link: string;
  outcome: Import | "refused";
  /** Why it was refused, or what differs from the original. */
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

/** Prints outcomes during an import, and a summary at its end. */
export type Report = { rows: (rows: readonly RowReport[]) => void; ending: (ending: Ending) => void };

/** Prints a line of JSON for each row, and one for the whole. Scripts rely on the fields. */
export function jsonReport(printJson: (value: unknown) => void): Report {
  return {
    rows: (rows) => {
      for (const { row, link, outcome, note } of rows)
        printJson({ row, link: shown(link), outcome, ...(note === "" ? {} : { note }) });
    },
    ending: ({ totals, ...ending }) => {
      printJson({ ...ending, rows: rowsOf(totals), ...totals });
    },
  };
}

export function textReport(print: (text: string) => void): Report {
  return {
    rows: (rows) => {
      print(rows.map(rowText).join(""));
    },
    ending: (ending) => {
      print(endingText(ending));
    },
  };
}

/** Returns a line for a person, or an empty text if there is nothing to say about the row. */
function rowText({ row, link, outcome, note }: RowReport): string {
  const which = shown(link) === "" ? "" : ` (${shown(link)})`;
  return note === "" ? "" : `row ${row}: ${words[outcome]}${which}: ${redactSecrets(note)}\n`;
}

/** The end of an import: what was taken into which task table, and whether the whole file was read. */
export type Ending = { file: string; database: string; dryRun: boolean; complete: boolean; totals: Totals };

function endingText({ file, database, dryRun, complete, totals }: Ending): string {
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
