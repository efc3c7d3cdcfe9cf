/** The storage of a browser. It may be forbidden (private windows), or full: then nothing is kept, and `keep` returns false. */
export type Shelf = Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;

/** Returns the storage; undefined if the browser forbids it. */
export function shelf(kind: "localStorage" | "sessionStorage"): Shelf | undefined {
  try {
    return globalThis[kind];
  } catch {
    return undefined;
  }
}

/** Keeps a text under a key, or forgets it if it is empty. Returns false if the browser refuses. */
export function keep(on: Shelf | undefined, key: string, text: string): boolean {
  try {
    if (text === "") on?.removeItem(key);
    else on?.setItem(key, text);
    return on !== undefined;
  } catch {
    return false;
  }
}

/** Returns what is kept under a key; "" if there is nothing. */
export function kept(on: Shelf | undefined, key: string): string {
  try {
    return on?.getItem(key) ?? "";
  } catch {
    return "";
  }
}
