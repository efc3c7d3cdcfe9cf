/** Reads a configuration as it was written, before anything is known of its types. */

/** A mistake in what was written. `path` leads to the key or list item. */
export type PathProblem = { readonly path: readonly PropertyKey[]; readonly message: string; readonly remedy: string };

/** Returns the value at a path, or undefined if there is none. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined,
    root,
  );
}

export const isSection = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const keysOf = (value: unknown): string[] => (isSection(value) ? Object.keys(value) : []);

export const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
