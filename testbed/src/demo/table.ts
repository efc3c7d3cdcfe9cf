/**
 * Lays text out in columns under a ruled header. The last column is not padded, since it may be long and hold characters
 * that are two columns wide.
 */
export function layTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.slice(0, -1).map((title, column) => {
    return Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0));
  });
  const lay = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return [lay(header), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(lay)].join("\n");
}
