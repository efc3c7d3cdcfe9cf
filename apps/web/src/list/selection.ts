/** The rows that are selected, and the one from which a range reaches. */
export type Selection = { readonly ids: ReadonlySet<string>; readonly anchor: string | undefined };

export const nothing: Selection = { ids: new Set(), anchor: undefined };

/** Selects a row, or takes it out of the selection. */
export function toggle({ ids }: Selection, id: string): Selection {
  const changed = new Set(ids);
  if (!changed.delete(id)) changed.add(id);
  return { ids: changed, anchor: id };
}

/** Selects all rows from the last one that was touched to this one, in the order in which they are shown. */
export function extend({ ids, anchor }: Selection, id: string, shown: readonly string[]): Selection {
  const [from, to] = [shown.indexOf(anchor ?? id), shown.indexOf(id)];
  if (from < 0 || to < 0) return { ids: new Set([...ids, id]), anchor: id };
  return { ids: new Set([...ids, ...shown.slice(Math.min(from, to), Math.max(from, to) + 1)]), anchor: id };
}

/** Drops what is no longer there. */
export function within({ ids, anchor }: Selection, known: (id: string) => boolean): Selection {
  const kept = [...ids].filter(known);
  return kept.length === ids.size ? { ids, anchor } : { ids: new Set(kept), anchor };
}
