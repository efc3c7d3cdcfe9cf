export type Labels = Readonly<Record<string, string>>;

export type Sample = {
  /** Ends the name of the sample, which begins with that of the family; default none. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
  readonly labels: Labels;
  readonly value: number;
};

/** The values of a metric family at one moment, as a scrape tells them. */
export type Family = {
  /** In snake case with its unit; a counter ends in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly Sample[];
};

/** Returns a gauge of one value, or of one for each set of labels; without samples if the value is unknown. */
export function gauge(
  name: string,
  help: string,
  values: number | undefined | readonly (readonly [labels: Labels, value: number])[],
): Family {
  const all = typeof values === "object" ? values : values === undefined ? [] : [[{}, values] as const];
  return { name, help, type: "gauge", samples: all.map(([labels, value]) => ({ labels, value })) };
}

/** Returns a counter whose value another part keeps, since the start of the process. */
export function count(
  name: `${string}_total`,
  help: string,
  values: readonly (readonly [labels: Labels, value: number])[],
): Family {
  return { ...gauge(name, help, values), type: "counter" };
}
