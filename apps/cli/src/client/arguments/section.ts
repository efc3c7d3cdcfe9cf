import type { Section } from "@dwld/options";
import { readSpan } from "./span.ts";

const clockPattern = /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d(?:\.\d{1,3})?)$/;
const secondsPattern = /^\d{1,6}(?:\.\d{1,3})?$/;

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

/** Seconds, to the millisecond. */
function readTime(text: string): number | undefined {
  if (secondsPattern.test(text)) return Number(text);
  const clock = clockPattern.exec(text);
  const spanMs = readSpan(text);
  if (clock === null) return spanMs === undefined ? undefined : spanMs / 1000;
  const [, hours = "0", minutes, seconds] = clock;
  return Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000) / 1000;
}
