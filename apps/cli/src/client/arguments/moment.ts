import { readSpan } from "./span.ts";

const isoPattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/**
 * Reads a moment: ISO 8601 ("2026-12-31T23:00", local time unless it names a zone; a date alone is its midnight),
 * or a span of time from now ("2h", "+1d12h").
 * @returns milliseconds since the epoch; undefined if the text is none.
 */
export function readMoment(text: string, nowMs: number): number | undefined {
  const spanMs = readSpan(text.replace(/^\+/, ""));
  if (spanMs !== undefined) return nowMs + spanMs;
  const parts = isoPattern.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hours = "00", minutes = "00", , zone = ""] = parts;
  // Date takes February 30 for March 2.
  const calendar = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (calendar.getUTCMonth() !== Number(month) - 1 || calendar.getUTCDate() !== Number(day)) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const time = text.length > 10 ? text.slice(11) : `00:00${zone}`;
  const ms = Date.parse(`${text.slice(0, 10)}T${time.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms;
}
