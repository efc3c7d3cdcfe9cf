/** Random numbers that can be repeated: the same seed gives the same numbers. */
export type SeededRandom = {
  /** Returns a number from 0 up to 1. */
  next(): number;
  /** Returns a whole number; both bounds are possible. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
  /** Returns one of the keys, each in proportion to its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** Returns a generator of its own, so that the numbers of two parts do not depend on which of them is faster. */
  fork(): SeededRandom;
};

/** mulberry32 (public domain): 32 bits of state, without a pattern that matters here. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick: (choices) => {
      const chosen = choices[between(0, choices.length - 1)];
      if (chosen === undefined) throw new Error("there is nothing to choose from");
      return chosen;
    },
    weighted: <K extends string>(weights: Readonly<Record<K, number>>): K => {
      const entries = Object.entries(weights) as [K, number][];
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) if ((rest -= weight) < 0) return key;
      return entries[0]?.[0] as K;
    },
    fork: () => seededRandom(Math.floor(next() * 2 ** 32)),
  };
}
