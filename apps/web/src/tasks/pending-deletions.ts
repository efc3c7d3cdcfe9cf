import { keep, kept, shelf } from "../storage/browser-storage.ts";
import { computed, signal } from "@preact/signals";

/** A deletion that can be undone until it is due, ms since the epoch. */
export type Deletion = {
  readonly key: string;
  readonly ids: readonly string[];
  readonly deletesFiles: boolean;
  readonly dueMs: number;
};

const storageKey = "dwld.deletions";

let isKept = true;

/** The deletions of all tabs that are still to be done: the browser keeps them, so that a closed tab forgets none. */
const deletions = signal(parsed(kept(shelf("localStorage"), storageKey)));

globalThis.addEventListener?.("storage", ({ key }: StorageEvent) => {
  if (key === storageKey) deletions.value = readDeletions();
});

const hidden = computed(() => new Set(deletions.value.flatMap(({ ids }) => ids)));

/** Whether a task is out of sight, since its deletion is under way. */
export function isDeleted(id: string): boolean {
  return hidden.value.has(id);
}

/** Whether deletions are to be done; an effect that asks runs again when that changes, in another tab, too. */
export function hasDeletions(): boolean {
  return deletions.value.length > 0;
}

/** Returns the deletions to be done: of all tabs, or of this one alone if the browser keeps nothing. */
export function readDeletions(): readonly Deletion[] {
  return isKept ? parsed(kept(shelf("localStorage"), storageKey)) : deletions.peek();
}

export function writeDeletions(changed: readonly Deletion[]): void {
  isKept = keep(shelf("localStorage"), storageKey, changed.length === 0 ? "" : JSON.stringify(changed));
  deletions.value = changed;
}

/** Returns the deletions of a text. Anything else is left out: another program of this address may have written it. */
function parsed(text: string): readonly Deletion[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter((each) => isDeletion(each)) : [];
  } catch {
    return [];
  }
}

function isDeletion(found: unknown): found is Deletion {
  if (typeof found !== "object" || found === null) return false;
  const { key, ids, dueMs } = found as Partial<Record<keyof Deletion, unknown>>;
  return typeof key === "string" && typeof dueMs === "number" && Array.isArray(ids);
}
