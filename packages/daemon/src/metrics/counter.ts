import type { Family } from "./family.ts";
import { Series } from "./series.ts";

/** A number of events, or a quantity that only grows, since the start of the process. */
export class Counter<Name extends string = never> {
  readonly #name: `${string}_total`;
  readonly #help: string;
  readonly #series: Series<Name, { total: number }>;

  constructor(name: `${string}_total`, help: string, labels: readonly Name[]) {
    this.#name = name;
    this.#help = help;
    this.#series = new Series(labels, () => ({ total: 0 }));
    // Known from the beginning, so that a rate sees its first event.
    if (labels.length === 0) this.#series.of({} as Record<Name, string>);
  }

  /** Adds a quantity. Leaves out one that is negative or no number: a counter never falls. */
  add(labels: Readonly<Record<Name, string>>, quantity = 1): void {
    const series = this.#series.of(labels);
    if (quantity > 0 && Number.isFinite(quantity)) series.total += quantity;
  }

  /** Forgets the series with a value of a label. */
  forget(name: Name, value: string): void {
    this.#series.forget((labels) => labels[name] === value);
  }

  read(): Family {
    const samples = [...this.#series].map(({ labels, value: { total } }) => ({ labels, value: total }));
    return { name: this.#name, help: this.#help, type: "counter", samples };
  }
}
