import { isDeepStrictEqual } from "node:util";
import { isSection, valueAt } from "../configuration/written-values.ts";
import { type ProcessName, rowOf } from "./key-table.ts";

/** The changes that a reload of one process makes, as paths of keys such as "sites.youtube.parallel". */
export type Changes = {
  readonly taken: readonly string[];
  readonly needsRestart: readonly string[];
};

/** A key that differs, or a section that one side lacks. `leaves`: the keys in it that have values. */
type Change = { readonly path: readonly string[]; readonly leaves: readonly (readonly string[])[] };

/**
 * Compares the configuration that a process runs with a new one, and returns the new one with those values of the old one
 * that only a restart changes.
 */
export function compare<Values>(
  app: ProcessName,
  before: Values,
  after: Values,
): Changes & { readonly values: Values } {
  const changes = changesBetween(before, after).filter(({ leaves }) => leaves.some((leaf) => concerns(app, leaf)));
  const fixed = changes.filter(({ leaves }) => leaves.some((leaf) => needsRestart(app, leaf)));
  const held = fixed.flatMap(({ leaves }) => leaves.flatMap((leaf) => heldBy(app, leaf)));
  const stays = (change: Change) => fixed.includes(change) || held.includes(change.path[0] ?? "");
  return {
    taken: changes.filter((change) => !stays(change)).map(nameOf),
    needsRestart: changes.filter(stays).map(nameOf),
    values: [...fixed.map(({ path }) => path), ...held.map((section) => [section])].reduce(
      (values, path) => withValue(values, path, valueAt(before, path)) as Values,
      after,
    ),
  };
}

function concerns(app: ProcessName, leaf: readonly string[]): boolean {
  const row = rowOf(leaf);
  if (row === undefined) return true;
  return ("reload" in row ? row.reload : row.restart).includes(app);
}

/** Returns whether a key needs a restart. One that the table lacks does: nobody says that it can be taken over. */
function needsRestart(app: ProcessName, leaf: readonly string[]): boolean {
  const row = rowOf(leaf);
  return row === undefined || ("restart" in row && row.restart.includes(app));
}

function heldBy(app: ProcessName, leaf: readonly string[]): readonly string[] {
  const row = rowOf(leaf);
  return row !== undefined && "restart" in row && row.restart.includes(app) ? (row.holds ?? []) : [];
}

function changesBetween(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  if (isSection(before) && isSection(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      changesBetween(valueAt(before, [key]), valueAt(after, [key]), [...path, key]),
    );
  if (isDeepStrictEqual(before, after)) return [];
  const leaves = leavesOf(before ?? after, path);
  return leaves.length === 0 ? [] : [{ path, leaves }];
}

/** Returns the paths of the values in a section; lists are values. */
function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (!isSection(value)) return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, [...path, key]));
}

function withValue(section: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
  const values: Record<string, unknown> = isSection(section) ? { ...section } : {};
  const part = rest.length === 0 ? value : withValue(values[key], rest, value);
  if (part === undefined) delete values[key];
  else values[key] = part;
  return values;
}

const nameOf = ({ path }: Change): string => path.join(".");
