import { sizeText } from "@dwld/text";
import { minuteMs } from "@dwld/timing";

/** A speed: "2.10 MB/s". */
export function speedText(bytesPerSecond: bigint | number): string {
  return `${sizeText(bytesPerSecond)}/s`;
}

/** A span of time by its two largest units: "8s", "1m05s", "2h03m", "3d04h". */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** A span of time by its largest unit, for narrow columns: "8s", "5m", "2h", "3d". */
export function ageText(milliseconds: number): string {
  return /^\d+[smhd]/.exec(spanText(milliseconds))?.[0] ?? "";
}

/** The running time of a film: "0:08", "1:05", "1:02:03". */
export function runningTimeText(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A percentage with one digit behind the point; 100.0 is said only when it is reached. */
export function percentText(percent: number): string {
  return `${(Math.floor(Math.min(100, Math.max(0, percent)) * 10) / 10).toFixed(1)}%`;
}

/** A moment in local time: "2026-11-24 07:49:48". */
export function momentText(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The time of day of a moment, local: "07:49:48". */
export function timeOfDayText(milliseconds: number): string {
  return momentText(milliseconds).slice(-8);
}

/**
 * The end of a wait in local time, and how far off it is: "until 04:48 (29m)", "until 04:48:30 (5m12s)", "until
 * 2026-12-31 23:00 (3d04h)". Within a minute it is rounded up, so that nothing is promised too early.
 * @returns "" if it has passed.
 */
export function untilText(untilMs: number, nowMs: number): string {
  const awayMs = untilMs - nowMs;
  if (awayMs <= 0) return "";
  if (awayMs < 10 * minuteMs) return `until ${timeOfDayText(untilMs)} (${spanText(awayMs)})`;
  const moment = momentText(Math.ceil(untilMs / minuteMs) * minuteMs).slice(0, -3);
  const isToday = moment.slice(0, 10) === momentText(nowMs).slice(0, 10);
  const span = awayMs < 60 * minuteMs ? `${Math.floor(awayMs / minuteMs)}m` : spanText(awayMs);
  return `until ${isToday ? moment.slice(11) : moment} (${span})`;
}

/** The shorter side of a picture: "720p". */
export function qualityNumber(pixels: number): string {
  return `${pixels}p`;
}
