import { dayMs } from "@dwld/timing";
import { type Language, language } from "./language.ts";

const units = { en: ["B", "KB", "MB", "GB", "TB", "PB"], ru: ["Б", "КБ", "МБ", "ГБ", "ТБ", "ПБ"] } as const;

/** Returns a size with two or three digits, in units of 1000: "312 MB", "5.1 GB". */
export function bytesText(bytes: number | bigint, of: Language = language.value): string {
  let value = Number(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units[of].length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toLocaleString(of, { maximumFractionDigits: digits })} ${units[of][unit]}`;
}

/** "5.1 MB/s" */
export function speedText(bytesPerSecond: number | bigint, of: Language = language.value): string {
  return `${bytesText(bytesPerSecond, of)}/${{ en: "s", ru: "с" }[of]}`;
}

/** The length of a video: "12:40", "1:12:30". */
export function lengthText(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const spans = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A span of time by its largest unit, or two if the larger one counts less than 10: "2 min", "1 hr 20 min". */
export function spanText(seconds: number, of: Language = language.value): string {
  const whole = Math.max(0, Math.round(seconds));
  const at = spans.findIndex(([, length]) => whole >= length);
  const [unit, length] = spans[at] ?? ["second", 1];
  const count = Math.floor(whole / length);
  const next = spans[at + 1];
  const first = unitText(count, unit, of);
  if (next === undefined || count >= 10) return first;
  const rest = Math.floor((whole % length) / next[1]);
  return rest === 0 ? first : `${first} ${unitText(rest, next[0], of)}`;
}

function unitText(count: number, unit: string, of: Language): string {
  return count.toLocaleString(of, { style: "unit", unit, unitDisplay: "short" });
}

/** A time of day, with the day if it is not today: "14:31", "yesterday 18:12", "Mon 14:31", "12 Nov 14:31". */
export function timeText(time: Date, now: Date, of: Language = language.value): string {
  const clock = time.toLocaleTimeString(of === "en" ? "en-GB" : of, { hour: "2-digit", minute: "2-digit" });
  const days = daysBetween(now, time);
  if (days === 0) return clock;
  if (Math.abs(days) === 1)
    return `${new Intl.RelativeTimeFormat(of, { numeric: "auto" }).format(days, "day")} ${clock}`;
  if (Math.abs(days) < 7) return `${time.toLocaleDateString(of, { weekday: "short" })} ${clock}`;
  const year = time.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return `${time.toLocaleDateString(of === "en" ? "en-GB" : of, { day: "numeric", month: "short", ...year })} ${clock}`;
}

/** A day: "Today", "Yesterday", "Monday, 9 November". */
export function dayText(day: Date, now: Date, of: Language = language.value): string {
  const days = daysBetween(now, day);
  const year = day.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  const text =
    days === 0 || days === -1
      ? new Intl.RelativeTimeFormat(of, { numeric: "auto" }).format(days, "day")
      : day.toLocaleDateString(of === "en" ? "en-GB" : of, { weekday: "long", day: "numeric", month: "long", ...year });
  return text.charAt(0).toLocaleUpperCase(of) + text.slice(1);
}

/** Days of the calendar from one time to another. */
function daysBetween(from: Date, to: Date): number {
  const day = (time: Date): number => Date.UTC(time.getFullYear(), time.getMonth(), time.getDate());
  return Math.round((day(to) - day(from)) / dayMs);
}

export function numberText(value: number | bigint, of: Language = language.value): string {
  return value.toLocaleString(of);
}
