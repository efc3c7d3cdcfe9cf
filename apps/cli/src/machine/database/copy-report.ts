import type { CopiedTable, CopyProgress } from "@dwld/queue";

type Names = { readonly from: string; readonly to: string };

/** The document of `dwld database copy --json`: scripts rely on it. */
export function copyFacts({ from, to }: Names, tables: readonly CopiedTable[]): object {
  return { from, to, rows: sum(tables), tables };
}

export function copyText({ from, to }: Names, tables: readonly CopiedTable[]): string {
  const width = Math.max(...tables.map(({ name }) => name.length));
  const digits = Math.max(...tables.map(({ rows }) => String(rows).length));
  const lines = tables.map(({ name, rows }) => `${name.padEnd(width)}  ${String(rows).padStart(digits)}  equal`);
  return `${lines.join("\n")}
${cleanedText(tables)}Copied ${sum(tables)} rows of ${from} to ${to}, read them back, and found them equal.
Name the copy in the configuration, and start dwld. ${from} is as it was: never start dwld with it again.
`;
}

function cleanedText(tables: readonly CopiedTable[]): string {
  const cleaned = tables.filter((table) => table.cleaned > 0);
  if (cleaned.length === 0) return "";
  return `Zero bytes were removed from texts of ${cleaned.map((table) => `${table.name} (${table.cleaned})`).join(", ")}.\n`;
}

/** Returns a line that stands in the place of the one before. */
export function progressLine({ step, table, rows }: CopyProgress): string {
  return `\r\u001b[K${step === "copy" ? "copying" : "checking"} ${table}: ${rows} rows\r`;
}

function sum(tables: readonly CopiedTable[]): number {
  return tables.reduce((total, { rows }) => total + rows, 0);
}
