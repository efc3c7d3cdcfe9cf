const unitMs: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

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
