import type { Labels } from "./family.ts";

/** The value of each label of the one series that stands for all beyond a bound. */
export const other = "other";

/** Series of one metric, at most. Each costs some 200 bytes here, and more in a Prometheus that keeps it for months. */
const mostSeries = 2000;

/**
 * The series of a metric by their labels. The part that counts bounds each label by itself (`oneOf`, `Recent`); beyond
 * `mostSeries`, all further ones are counted as one, so that no mistake of a caller can fill the memory.
 */
export class Series<Name extends string, Value> {
  readonly #names: readonly Name[];
  readonly #make: () => Value;
  readonly #all = new Map<string, { readonly labels: Labels; readonly value: Value }>();

  constructor(names: readonly Name[], make: () => Value) {
    this.#names = names;
    this.#make = make;
  }

  of(labels: Readonly<Record<Name, string>>): Value {
    const values = this.#names.map((name) => labels[name]);
    const key = JSON.stringify(values);
    const known = this.#all.get(key);
    if (known !== undefined) return known.value;
    const isOther = values.every((value) => value === other);
    // The place of the others is kept free.
    if (!isOther && this.#all.size >= mostSeries - 1) return this.of(this.#labelsOf(() => other));
    const value = this.#make();
    this.#all.set(key, { labels: this.#labelsOf((index) => values[index] ?? ""), value });
    return value;
  }

  /** Forgets the series with such labels: they end. */
  forget(matches: (labels: Labels) => boolean): void {
    for (const [key, { labels }] of this.#all) if (matches(labels)) this.#all.delete(key);
  }

  *[Symbol.iterator](): IterableIterator<{ readonly labels: Labels; readonly value: Value }> {
    yield* this.#all.values();
  }

  #labelsOf(valueOf: (index: number) => string): Record<Name, string> {
    return Object.fromEntries(this.#names.map((name, index) => [name, valueOf(index)])) as Record<Name, string>;
  }
}
