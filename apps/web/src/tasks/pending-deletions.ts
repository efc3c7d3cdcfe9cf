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

/** What is to be deleted, by any tab: it is kept in the browser, so that a closed tab forgets none. */
const deletions = signal(readDeletions());

globalThis.addEventListener?.("storage", ({ key }: StorageEvent) => {
  if (key === storageKey) deletions.value = readDeletions();
});

const hidden = computed(() => new Set(deletions.value.flatMap(({ ids }) => ids)));

/** Whether a task is out of sight, since its deletion is under way. */
export function isDeleted(id: string): boolean {
  return hidden.value.has(id);
}

export function readDeletions(): readonly Deletion[] {
  const text = kept(shelf("localStorage"), storageKey);
  try {
    return text === "" ? [] : (JSON.parse(text) as Deletion[]);
  } catch {
    // Somebody else's: nothing of ours is lost by it.
    return [];
  }
}

export function writeDeletions(changed: readonly Deletion[]): void {
  keep(shelf("localStorage"), storageKey, JSON.stringify(changed));
  deletions.value = changed;
}
