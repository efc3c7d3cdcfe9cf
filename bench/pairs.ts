/** A measurement of each side, one right after the other. */
export type Pair<Measurement = number> = { dwld: Measurement; beside: Measurement };

export type Spread = { median: number; lowest: number; highest: number };

/**
 * Measures all sides in each round, one right after the other, and reverses their order in each other round: a disk or
 * neighbour that changes its speed changes it for all. Each function gets the number of the round, from 0.
 */
export async function measureTurns<Side extends string, Measurement>(
  rounds: number,
  sides: Readonly<Record<Side, (round: number) => Promise<Measurement>>>,
): Promise<Record<Side, Measurement>[]> {
  const names = Object.keys(sides) as Side[];
  const turns: Record<Side, Measurement>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turn: Partial<Record<Side, Measurement>> = {};
    for (const name of round % 2 === 0 ? names : names.toReversed()) turn[name] = await sides[name](round);
    turns.push(turn as Record<Side, Measurement>);
  }
  return turns;
}

/** Measures two sides in turns. */
export async function measurePairs<Measurement>(
  rounds: number,
  dwld: (round: number) => Promise<Measurement>,
  beside: (round: number) => Promise<Measurement>,
): Promise<Pair<Measurement>[]> {
  return await measureTurns(rounds, { dwld, beside });
}

/** Returns the pairs that two of several sides make. */
export function pairsOf<Side extends string, Measurement>(
  turns: readonly Readonly<Record<Side, Measurement>>[],
  dwld: Side,
  beside: Side,
): Pair<Measurement>[] {
  return turns.map((turn) => ({ dwld: turn[dwld], beside: turn[beside] }));
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
