/** One measurement of each, made one right after the other. */
export type Pair = { dwld: number; beside: number };

export type Spread = { median: number; lowest: number; highest: number };

/**
 * Measures both in turns, and the first of a pair in turns too: a machine whose disk or neighbours change their speed
 * changes it for both. Each function is told the number of its round, from 0.
 */
export async function measurePairs(
  rounds: number,
  dwld: (round: number) => Promise<number>,
  beside: (round: number) => Promise<number>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const dwldIsFirst = round % 2 === 0;
    const early = dwldIsFirst ? await dwld(round) : undefined;
    const besideValue = await beside(round);
    pairs.push({ dwld: early ?? (await dwld(round)), beside: besideValue });
  }
  return pairs;
}

/** @throws RangeError where there is nothing to spread. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), lowest: quantile(values, 0), highest: quantile(values, 1) };
}

/** dwld's value divided by the other's, pair by pair. */
export function ratiosOf(pairs: readonly Pair[]): Spread {
  return spreadOf(pairs.map(({ dwld, beside }) => dwld / beside));
}

/** @param part 0.5 is the median, 0.99 the value that one in a hundred exceeds; between two values, a mean of both. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError("There is no value to take a quantile of.");
  return below + (above - below) * (place - Math.floor(place));
}
