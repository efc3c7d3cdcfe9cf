/** Looks at a file as it was written, where nothing is known of its values' types. */
export const isSection = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const keysOf = (value: unknown): string[] => (isSection(value) ? Object.keys(value) : []);

export const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
