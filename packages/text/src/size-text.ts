const units = ["kB", "MB", "GB", "TB", "PB", "EB"];

/** Returns a number of bytes with three significant digits: "512 B", "1.23 MB" (decimal units, 1 kB = 1000 B). */
export function sizeText(bytes: bigint | number): string {
  let value = Math.max(0, Number(bytes));
  if (value < 1000) return `${Math.round(value)} B`;
  let unit = "";
  for (unit of units) {
    value /= 1000;
    if (value < 999.5) break;
  }
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${unit}`;
}
