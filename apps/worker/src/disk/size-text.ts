const units = ["kB", "MB", "GB", "TB"];

/** A number of bytes as disks are told: "512 B", "2.15 GB" (1 kB = 1000 B). */
export function sizeText(bytes: number): string {
  let value = Math.max(0, bytes);
  if (value < 1000) return `${Math.round(value)} B`;
  let unit = "";
  for (unit of units) {
    value /= 1000;
    if (value < 999.5) break;
  }
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${unit}`;
}
