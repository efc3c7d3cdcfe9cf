import { type Pair, ratiosOf, type Spread, spreadOf } from "./pairs.ts";

/** The target for the ratio of dwld to its neighbour. */
export type Target = { atLeast: number } | { atMost: number };

/** A row of the table. */
export type Finding = {
  what: string;
  dwld: string;
  beside: string;
  /** dwld's value divided by the other's. */
  ratio: Spread;
  /** Empty if there is no target. */
  target: string;
  /** Undefined if there is no target. */
  met: boolean | undefined;
};

export type Settings = {
  /** Uses small sizes that take seconds: shows that everything works, not how fast it is. */
  quick: boolean;
  /** Prints progress for the person who waits. */
  say: (text: string) => void;
};

/** Answers one question by rows of the table. */
export type Question = (settings: Settings) => Promise<Finding[]>;

/** Makes a row out of pairs. */
export function compare(facts: {
  what: string;
  pairs: readonly Pair[];
  /** Formats a value with its unit. */
  show: (value: number) => string;
  /** The name of the neighbour. */
  beside: string;
  target?: Target;
}): Finding {
  const { what, pairs, show, beside, target } = facts;
  const ratio = ratiosOf(pairs);
  const median = (side: keyof Pair) => show(spreadOf(pairs.map((pair) => pair[side])).median);
  return {
    what,
    dwld: median("dwld"),
    beside: `${median("beside")}  ${beside}`,
    ratio,
    target: target === undefined ? "" : describeTarget(target),
    met: target === undefined ? undefined : isMet(target, ratio.median),
  };
}

function describeTarget(target: Target): string {
  return "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

function isMet(target: Target, value: number): boolean {
  return "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
}
