import type { YtdlpResultRow } from "@dwld/queue";
import { dayMs, weekMs } from "@dwld/timing";

/** How a version that is being judged did on a site, and the one beside which it is tried. */
export type SiteRecord = {
  readonly site: string;
  /** Runs of the judged version that worked. */
  readonly worked: number;
  /** Links on which it was broken and the other then worked at once. */
  readonly worse: number;
  /** Links on which the other was broken and it then worked at once. */
  readonly better: number;
  /** Runs of the other that worked, and that were broken. */
  readonly otherWorked: number;
  readonly otherBroken: number;
};

export type Verdict =
  | { readonly verdict: "wait" }
  /** The version takes over; or it has been watched for long enough. */
  | { readonly verdict: "accept" }
  /** The version does worse. `sites`: where, the worst first. */
  | { readonly verdict: "refuse"; readonly sites: readonly SiteRecord[] };

export type Judged = {
  /** trial: it is a candidate; watch: it took over. */
  readonly phase: "trial" | "watch";
  /** Time since it entered its state, ms. */
  readonly ageMs: number;
  readonly records: readonly SiteRecord[];
};

/** Time for which a version is watched after it took over, ms. */
export const watchMs = weekMs;

/**
 * The thresholds (docs/decisions/0041). A home server has five videos a day, of which a candidate makes one; a large one has thousands.
 */
const rules = {
  /**
   * A version is refused if accidents alone would make it so bad in less than one of a hundred cases. While it is watched, fewer: what is
   * broken is tried at once with the way back, so that nobody waits for the verdict.
   */
  chance: { trial: 0.01, watch: 0.001 },
  /** One link may fail by accident. */
  leastWorse: 2,
  /** A site fails by accident at least in so many of all runs, even if few were seen. */
  leastAccidents: 0.02,
  /** So many runs that worked are enough at once… */
  enoughRuns: 20,
  /** …or so few after some time… */
  someRuns: 3,
  someMs: 2 * dayMs,
  /** …or none: it passed its self-test, and what is old breaks by itself. */
  longestMs: 5 * dayMs,
  /** Links on which the current version is broken and the candidate works: it is why there is a new version. */
  enoughBetter: 2,
} as const;

/** Judges a version by its results. Pure. */
export function judge({ phase, ageMs, records }: Judged): Verdict {
  const sites = worseSites(records, rules.chance[phase]);
  if (sites.length > 0) return { verdict: "refuse", sites };
  if (phase === "watch") return { verdict: ageMs >= watchMs ? "accept" : "wait" };
  const worked = sum(records, ({ worked: runs }) => runs);
  const isBetter =
    sum(records, ({ better }) => better) >= rules.enoughBetter && sum(records, ({ worse }) => worse) === 0;
  const isEnough =
    worked >= rules.enoughRuns || (ageMs >= rules.someMs && worked >= rules.someRuns) || ageMs >= rules.longestMs;
  return { verdict: isBetter || isEnough ? "accept" : "wait" };
}

/**
 * Returns the sites on which it does worse than the other, beyond chance: on one site, or on some taken together. Only links count that
 * the other could take at once: a site that broke for both says nothing.
 */
function worseSites(records: readonly SiteRecord[], chance: number): SiteRecord[] {
  const some = records.filter(({ worse }) => worse > 0).toSorted((a, b) => b.worse - a.worse);
  const alone = some.filter(
    (record) => record.worse >= rules.leastWorse && probabilityOfWorse([record], record.worse) <= chance,
  );
  if (alone.length > 0) return alone;
  const all = sum(some, ({ worse }) => worse);
  if (some.length < 2 || probabilityOfWorse(records, all) > chance) return [];
  return some;
}

/**
 * Returns the probability that at least so many links are worse by accident: each run fails as often as those of the other version do on
 * its site (of `n` runs, Binomial; of several sites, their convolution).
 */
function probabilityOfWorse(records: readonly SiteRecord[], worse: number): number {
  // probabilities[k]: exactly k links are worse; what is beyond `worse` is not needed.
  let probabilities = [1, ...Array.from({ length: worse - 1 }, () => 0)];
  for (const record of records) {
    const accident = accidents(record);
    for (let run = 0; run < Math.min(record.worked + record.worse, mostRuns); run++)
      probabilities = probabilities.map((one, k) => one * (1 - accident) + (probabilities[k - 1] ?? 0) * accident);
  }
  return 1 - probabilities.reduce((total, one) => total + one, 0);
}

/** More runs of a site say no more, and cost time. */
const mostRuns = 500;

/** The share of runs that fail by accident, estimated as if half a run had failed and half one had worked before (Jeffreys' prior). */
function accidents({ otherWorked, otherBroken }: SiteRecord): number {
  return Math.max(rules.leastAccidents, (otherBroken + 0.5) / (otherWorked + otherBroken + 1));
}

function sum(records: readonly SiteRecord[], of: (record: SiteRecord) => number): number {
  return records.reduce((total, record) => total + of(record), 0);
}

/** Returns the records of a version beside another, by the results of both. */
export function recordsOf(results: readonly YtdlpResultRow[], judged: string, other: string): SiteRecord[] {
  const runs = (version: string, site: string, kind: YtdlpResultRow["kind"]) =>
    results.find((row) => row.version === version && row.site === site && row.kind === kind)?.runs ?? 0;
  return [...new Set(results.map(({ site }) => site))].map((site) => ({
    site,
    worked: runs(judged, site, "worked"),
    worse: runs(judged, site, "worse"),
    better: runs(judged, site, "better"),
    otherWorked: runs(other, site, "worked"),
    otherBroken: runs(other, site, "broken"),
  }));
}
