import { randomInt } from "node:crypto";

/** A row of the table of counters. */
export type CounterRow = { name: string; value: number };

/** Reads all counters, of which there are few. */
export const readCounters = "SELECT name, value FROM counters";

/** Returns those of the counters that have these names. One that is not among the rows is 0. */
export function countersOf<Name extends string>(
  names: readonly Name[],
  rows: readonly CounterRow[],
): Record<Name, number> {
  const known = new Map(rows.map(({ name, value }) => [name, value]));
  return Object.fromEntries(names.map((name) => [name, known.get(name) ?? 0])) as Record<Name, number>;
}

/** Draws the identity of a table, a number that no other table has. */
export function drawIdentity(): number {
  return randomInt(2 ** 48 - 1);
}
