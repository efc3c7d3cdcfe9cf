import { dayMs, hourMs, minuteMs, secondMs, weekMs } from "@dwld/timing";

const unitMs: Record<string, number> = { w: weekMs, d: dayMs, h: hourMs, m: minuteMs, s: secondMs };

/**
 * Reads a span of time: "30d", "2h", "1h30m".
 * @returns milliseconds; undefined if the text is none.
 */
export function readSpan(text: string): number | undefined {
  if (!/^(\d{1,6}[wdhms])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([wdhms])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ""] ?? 0),
    0,
  );
}
