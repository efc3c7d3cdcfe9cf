/** Formats of the quantities that are measured: each value in its own words, with three digits. */
const formats = {
  ms: duration,
  perSecond: (value: number) => `${digits(value)}/s`,
  megabytesPerSecond: (value: number) => `${digits(value)} MB/s`,
  megabytes: (value: number) => `${digits(value)} MB`,
  /** A share of one core or of a whole. */
  share: percent,
  count: digits,
};

export type Unit = keyof typeof formats;

/** Formats a value with its unit. */
export function show(value: number, unit: Unit): string {
  return formats[unit](value);
}

function duration(valueMs: number): string {
  if (Math.abs(valueMs) >= 1000) return `${digits(valueMs / 1000)} s`;
  return Math.abs(valueMs) >= 1 ? `${digits(valueMs)} ms` : `${digits(valueMs * 1000)} µs`;
}

export function percent(value: number): string {
  return `${digits(value * 100)} %`;
}

export function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
