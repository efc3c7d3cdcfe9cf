const FIRST_MS = 250;
const LONGEST_MS = 5000;

/**
 * How long to wait before a call is repeated: twice as long each time, up to 5 s,
 * and a random half of it less, so that clients do not come back all at once.
 * @param failures how many failed in a row before, from 0.
 * @param random from 0 up to 1.
 */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 30));
  return Math.round(full * (1 - random / 2));
}
