import { Counter } from "./counter.ts";
import type { Family } from "./family.ts";
import { Histogram } from "./histogram.ts";

/** Reads values when a scrape asks for them. */
export type Source = () => Promise<readonly Family[]> | readonly Family[];

/**
 * The metrics of a process. A part that counts asks for its counter once, and counts where the fact is concluded; a part that
 * knows a value adds a source, which is read by each scrape.
 */
export class Metrics {
  readonly #counted = new Map<string, { read(): Family }>();
  readonly #sources: Source[] = [];

  /** Returns the counter of this name: two parts that ask for one share it. */
  counter<Name extends string = never>(
    name: `${string}_total`,
    help: string,
    labels: readonly Name[] = [],
  ): Counter<Name> {
    return this.#shared(name, () => new Counter(name, help, labels));
  }

  /** Returns the histogram of this name: two parts that ask for one share it. */
  histogram<Name extends string = never>(
    name: string,
    help: string,
    { bounds, labels = [] }: { bounds: readonly number[]; labels?: readonly Name[] },
  ): Histogram<Name> {
    return this.#shared(name, () => new Histogram(name, help, { bounds, labels }));
  }

  add(source: Source): void {
    this.#sources.push(source);
  }

  /** Reads all families, in the order of their names. */
  async read(): Promise<Family[]> {
    const read = await Promise.all(this.#sources.map(async (source) => source()));
    const counted = [...this.#counted.values()].map((metric) => metric.read());
    return [...counted, ...read.flat()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  #shared<Metric extends { read(): Family }>(name: string, make: () => Metric): Metric {
    const known = this.#counted.get(name) as Metric | undefined;
    const metric = known ?? make();
    this.#counted.set(name, metric);
    return metric;
  }
}
