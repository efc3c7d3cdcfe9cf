import type { Shelf } from "../../storage/browser-storage.ts";

/** A storage in memory, which is full when it has so many keys. */
export function memoryShelf(mostKeys = Infinity): Shelf {
  const texts = new Map<string, string>();
  return {
    get length() {
      return texts.size;
    },
    key: (index) => [...texts.keys()][index] ?? null,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => {
      if (!texts.has(key) && texts.size >= mostKeys) throw new DOMException("it is full", "QuotaExceededError");
      texts.set(key, text);
    },
    removeItem: (key) => void texts.delete(key),
  };
}
