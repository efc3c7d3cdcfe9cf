import { type Pair, ratiosOf, type Spread, spreadOf } from "./pairs.ts";

/** What the ratio of dwld to its neighbour should be. */
export type Target = { atLeast: number } | { atMost: number };

/** A row of the table. */
export type Finding = {
  what: string;
  dwld: string;
  beside: string;
  /** dwld's value divided by the other's. */
  ratio: Spread;
  /** Empty where nothing is promised. */
  target: string;
  /** Undefined where nothing is promised. */
  met: boolean | undefined;
};

export type Settings = {
  /** Sizes that take seconds, not minutes: to see that everything works, not what it is worth. */
  quick: boolean;
  /** For whoever waits. */
  say: (text: string) => void;
};

/** One question, with all the rows that answer it. */
export type Question = (settings: Settings) => Promise<Finding[]>;

/** A row whose target is a ratio. */
export function compare(facts: {
  what: string;
  pairs: readonly Pair[];
  /** A value with its unit. */
  show: (value: number) => string;
  /** What the other one is. */
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
