/** Formats a rate with three digits. */
export function perSecond(value: number): string {
  return `${digits(value)}/s`;
}

export function megabytesPerSecond(value: number): string {
  return `${digits(value)} MB/s`;
}

/** Formats a duration in milliseconds. */
export function duration(valueMs: number): string {
  if (Math.abs(valueMs) >= 1000) return `${digits(valueMs / 1000)} s`;
  return Math.abs(valueMs) >= 1 ? `${digits(valueMs)} ms` : `${digits(valueMs * 1000)} µs`;
}

/** Formats a share of one core. */
export function percent(value: number): string {
  return `${digits(value * 100)} %`;
}

export function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
