const hourMs = 3_600_000;

/** Hours that count: those of a day, and the one in which it began. */
const countedHours = 25;

/** The bytes of one hour since the epoch. */
export type HourBytes = { readonly hour: number; readonly bytes: number };

/** @param ms since the epoch. */
export function hourOf(ms: number): number {
  return Math.floor(ms / hourMs);
}

/** Returns the hours whose bytes count at a time: in no 24 hours are there more than what is counted. */
export function countedHoursAt(nowMs: number): number[] {
  return Array.from({ length: countedHours }, (_, back) => hourOf(nowMs) - back);
}

/** Returns the bytes that count, and when they are below `most`, in ms from now. */
export function useOfDay(
  hours: readonly HourBytes[],
  nowMs: number,
  most: number,
): { used: number; freeAfterMs: number } {
  const counted = hours.filter(({ hour }) => countedHoursAt(nowMs).includes(hour)).toSorted((a, b) => a.hour - b.hour);
  const used = counted.reduce((sum, { bytes }) => sum + bytes, 0);
  let left = used;
  let freeAtMs = nowMs;
  for (const { hour, bytes } of counted) {
    if (left < most) break;
    left -= bytes;
    freeAtMs = (hour + countedHours) * hourMs;
  }
  return { used, freeAfterMs: freeAtMs - nowMs };
}
