import { dayMs } from "@dwld/timing";

/** Sites change faster than that: an older yt-dlp fails on more and more of them. */
export const oldDays = 60;

/** Returns the age of a version of yt-dlp, which is a date: "2026.10.26", or a night's "2026.10.26.232721". */
export function ageDays(version: string, now: Date): number | undefined {
  const [, year, month, day] = /^(\d{4})\.(\d{1,2})\.(\d{1,2})\b/.exec(version) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return Math.max(0, Math.floor((now.getTime() - Date.UTC(Number(year), Number(month) - 1, Number(day))) / dayMs));
}
