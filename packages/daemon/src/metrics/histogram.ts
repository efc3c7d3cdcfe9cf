import type { Family, Sample } from "./family.ts";
import { Series } from "./series.ts";

type Observed = { readonly counts: number[]; sum: number };

/** Quantities by size: how many were at most as large as each bound. */
export class Histogram<Name extends string = never> {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series: Series<Name, Observed>;

  /** @param bounds ascending, in the unit of the name; what is larger than all counts as well. */
  constructor(name: string, help: string, { bounds, labels }: { bounds: readonly number[]; labels: readonly Name[] }) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#series = new Series(labels, () => ({ counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 }));
    if (labels.length === 0) this.#series.of({} as Record<Name, string>);
  }

  /** Counts a quantity. Leaves out what is no number, and takes a time below zero, from a clock that was set back, for zero. */
  observe(labels: Readonly<Record<Name, string>>, quantity: number): void {
    if (!Number.isFinite(quantity)) return;
    const known = Math.max(0, quantity);
    const series = this.#series.of(labels);
    const found = this.#bounds.findIndex((bound) => known <= bound);
    const index = found === -1 ? this.#bounds.length : found;
    series.counts[index] = (series.counts[index] ?? 0) + 1;
    series.sum += known;
  }

  read(): Family {
    return { name: this.#name, help: this.#help, type: "histogram", samples: [...this.#samples()] };
  }

  *#samples(): Generator<Sample> {
    for (const { labels, value } of this.#series) {
      let count = 0;
      for (const [index, own] of value.counts.entries()) {
        count += own;
        yield { suffix: "_bucket", labels: { ...labels, le: bucketName(this.#bounds[index]) }, value: count };
      }
      yield { suffix: "_sum", labels, value: value.sum };
      yield { suffix: "_count", labels, value: count };
    }
  }
}

function bucketName(bound = Infinity): string {
  return bound === Infinity ? "+Inf" : String(bound);
}

/** Bounds of how long a call, or an answer of another program, takes, in seconds. */
export const callBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Bounds of how long a download or a delivery takes, in seconds. */
export const workBounds = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 43_200];

/** Bounds of how long something waits for its turn, in seconds. */
export const waitBounds = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400];
