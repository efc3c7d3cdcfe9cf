import type { Section } from "./kinds.ts";

const clockPattern = /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d(?:\.\d{1,3})?)$/;
const secondsPattern = /^\d{1,6}(?:\.\d{1,3})?$/;
const spanPattern = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?$/;

/**
 * Reads a part of a video: "1:30-2:00", "90-120.5", "1m30s-2m", "10:00-" (to the end), "-30" (from the beginning).
 * @returns undefined if it is none; whether the end comes after the start is the api's to say.
 */
export function readSection(text: string): Section | undefined {
  const [start = "", end = "", ...rest] = text.split("-").map((part) => part.trim());
  if (!text.includes("-") || rest.length > 0 || (start === "" && end === "")) return undefined;
  const startSeconds = start === "" ? 0 : readTime(start);
  const endSeconds = end === "" ? null : readTime(end);
  return startSeconds === undefined || endSeconds === undefined ? undefined : { startSeconds, endSeconds };
}

/** Writes a part as `readSection` reads it. */
export function sectionText({ startSeconds, endSeconds }: Section): string {
  return `${timeText(startSeconds)}-${timeText(endSeconds)}`;
}

/** Seconds, to the millisecond. */
function readTime(text: string): number | undefined {
  if (secondsPattern.test(text)) return Number(text);
  const parts = clockPattern.exec(text) ?? spanPattern.exec(text);
  if (parts === null) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0"] = parts;
  return Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000) / 1000;
}

/** "1:30.5"; empty for the beginning and the end of a video. */
export function timeText(seconds: number | null): string {
  if (seconds === null || seconds === 0) return "";
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const fraction = (seconds % 1).toFixed(3).replace(/^0|\.?0+$/g, "");
  return (hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`) + fraction;
}
