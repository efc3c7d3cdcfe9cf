/** A measurement of each side, one right after the other. */
export type Pair<Measurement = number> = { dwld: Measurement; beside: Measurement };

export type Spread = { median: number; lowest: number; highest: number };

/**
 * Measures both sides in each round, and alternates which is first: a disk or neighbour that changes its speed changes it
 * for both. Each function gets the number of the round, from 0.
 */
export async function measurePairs<Measurement>(
  rounds: number,
  dwld: (round: number) => Promise<Measurement>,
  beside: (round: number) => Promise<Measurement>,
): Promise<Pair<Measurement>[]> {
  const pairs: Pair<Measurement>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const dwldIsFirst = round % 2 === 0;
    const early = dwldIsFirst ? await dwld(round) : undefined;
    const besideValue = await beside(round);
    pairs.push({ dwld: early ?? (await dwld(round)), beside: besideValue });
  }
  return pairs;
}

/** Returns one number of each measurement. */
export function pick<Measurement>(
  pairs: readonly Pair<Measurement>[],
  numberOf: (measurement: Measurement) => number,
): Pair[] {
  return pairs.map(({ dwld, beside }) => ({ dwld: numberOf(dwld), beside: numberOf(beside) }));
}

/** @throws RangeError if there are no values. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), lowest: quantile(values, 0), highest: quantile(values, 1) };
}

/** Returns the spread of dwld's value divided by the other's, pair by pair. */
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
