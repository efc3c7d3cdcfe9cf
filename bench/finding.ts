import { type Pair, quantile, ratiosOf, type Spread, spreadOf } from "./pairs.ts";
import { show, type Unit } from "./quantity.ts";
import type { Checkout } from "./world/checkout.ts";

/** The number that a target is for: dwld's value divided by its neighbour's, or one of dwld's own values. */
export type Judged = "ratio" | "median" | "mean" | "p99";

export type Bound = { atLeast: number } | { atMost: number };

export type Target = Bound & { of: Judged; value: number };

/** A row of the table. */
export type Finding = {
  what: string;
  unit: Unit;
  /** dwld's own values. */
  dwld: Spread;
  /** The neighbour, measured in the same rounds. */
  beside?: { name: string; median: number; ratio?: Spread };
  target?: Target;
};

export type Settings = {
  /** Uses small sizes that take seconds: shows that everything works, not how fast it is. */
  quick: boolean;
  /** Prints progress for the person who waits. */
  say: (text: string) => void;
};

/** Answers one question by rows of the table. */
export type Question = (settings: Settings) => Promise<Finding[]>;

/** Answers it with another version of dwld as the neighbour. */
export type Comparison = (settings: Settings, other: Checkout) => Promise<Finding[]>;

type Row = {
  what: string;
  unit: Unit;
  /** The bound of the ratio (of dwld's median if there is no neighbour), unless it says of what. */
  target?: Bound & { of?: Judged };
};

/** Makes a row out of pairs. */
export function compare({ pairs, beside: name, ...row }: Row & { pairs: readonly Pair[]; beside: string }): Finding {
  const median = quantile(
    pairs.map(({ beside }) => beside),
    0.5,
  );
  const values = pairs.map(({ dwld }) => dwld);
  // Nothing is a multiple of nothing.
  const isRatio = pairs.every(({ beside }) => beside !== 0);
  return makeRow(row, values, { name, median, ...(isRatio && { ratio: ratiosOf(pairs) }) });
}

/** Makes a row out of values that have no neighbour. */
export function state({ values, ...row }: Row & { values: readonly number[] }): Finding {
  return makeRow(row, values);
}

function makeRow({ what, unit, target }: Row, values: readonly number[], beside?: Finding["beside"]): Finding {
  const finding: Finding = { what, unit, dwld: spreadOf(values), ...(beside && { beside }) };
  if (target === undefined) return finding;
  const of = target.of ?? (beside === undefined ? "median" : "ratio");
  return { ...finding, target: { ...target, of, value: judgedValue(of, values, beside) } };
}

function judgedValue(of: Judged, values: readonly number[], beside: Finding["beside"]): number {
  switch (of) {
    case "ratio":
      if (beside?.ratio === undefined) throw new TypeError("A ratio needs a neighbour whose values are not 0.");
      return beside.ratio.median;
    case "median":
      return quantile(values, 0.5);
    case "mean":
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case "p99":
      return quantile(values, 0.99);
  }
}

export function isMet(target: Target): boolean {
  return "atLeast" in target ? target.value >= target.atLeast : target.value <= target.atMost;
}

/** Returns "≤ 0.15" for a ratio, "p99 ≤ 100 ms" for a value of dwld's own. */
export function describeTarget(target: Target, unit: Unit): string {
  const [sign, bound] = "atLeast" in target ? ["≥", target.atLeast] : ["≤", target.atMost];
  if (target.of === "ratio") return `${sign} ${bound}`;
  return `${target.of === "median" ? "dwld" : target.of} ${sign} ${show(bound, unit)}`;
}
