import { readSpan } from "./span.ts";

/** A part of a video, in milliseconds; undefined: its beginning, its end. */
export type SectionSpan = { startMs?: number; endMs?: number };

const CLOCK = /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d(?:\.\d{1,3})?)$/;
const SECONDS = /^\d{1,6}(?:\.\d{1,3})?$/;

/**
 * Reads a part of a video: "1:30-2:00", "90-120.5", "1m30s-2m", "10:00-" (to the end), "-30" (from the beginning).
 * @returns undefined where it is none; whether the end comes after the start is the api's to say.
 */
export function readSection(text: string): SectionSpan | undefined {
  const [start = "", end = "", ...rest] = text.split("-").map((part) => part.trim());
  if (!text.includes("-") || rest.length > 0 || (start === "" && end === "")) return undefined;
  const [startMs, endMs] = [start, end].map((part) => (part === "" ? undefined : readTime(part)));
  if ((start !== "" && startMs === undefined) || (end !== "" && endMs === undefined)) return undefined;
  return { ...(startMs === undefined ? {} : { startMs }), ...(endMs === undefined ? {} : { endMs }) };
}

function readTime(text: string): number | undefined {
  if (SECONDS.test(text)) return Math.round(Number(text) * 1000);
  const clock = CLOCK.exec(text);
  if (clock === null) return readSpan(text);
  const [, hours = "0", minutes, seconds] = clock;
  return Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000);
}
