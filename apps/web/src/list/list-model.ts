import { computed, effect, signal } from "@preact/signals";
import { route } from "../route/route.ts";
import { isDeleted } from "../tasks/pending-deletions.ts";
import { filterOf, type ListFilter } from "../tasks/filter.ts";
import { sections } from "../tasks/sections.ts";
import { store } from "../tasks/store.ts";
import { mapParts, partsOf, type Parts, withPlaces } from "./parts.ts";
import { type Selection, nothing, within } from "./selection.ts";

let filterBefore: ListFilter | undefined;
/** The same object until it says something else: an address has more in it than a filter. */
export const filter = computed(() => {
  const next = filterOf(route.value);
  if (filterBefore === undefined || !isSame(filterBefore, next)) filterBefore = next;
  return filterBefore;
});

function isSame(left: ListFilter, right: ListFilter): boolean {
  return left.part === right.part && left.text === right.text && left.site === right.site;
}

/** How long rows keep their places after the pointer or a key was last used among them. */
const restMs = 1500;
const isHeld = signal(false);
let release: ReturnType<typeof setTimeout> | undefined;

/** Keeps the rows where they are while somebody is about to touch one: nothing moves away from under a finger. */
export function holdOrder(isPressed: boolean): void {
  clearTimeout(release);
  isHeld.value = true;
  if (!isPressed) release = setTimeout(() => (isHeld.value = false), restMs);
}

let last: Parts | undefined;
let lastFilter: ListFilter | undefined;

/** The ids in each part. While the order is held, a row stays where it is, whatever becomes of its task. */
export const parts = computed(() => {
  const now = partsOf({ ids: store.sections.value, taskOf: (id) => store.task(id)?.peek() }, filter.value);
  last = last === undefined || !isHeld.value || lastFilter !== filter.value ? now : withPlaces(last, now);
  lastFilter = filter.value;
  const isThere = (id: string): boolean => store.has(id) && !isDeleted(id);
  return mapParts(last, (known) => known.filter(isThere));
});

/** How many rows of a part are drawn; more on demand. */
const firstRows = { now: 60, waiting: 25, failed: 12, done: 50 } as const;
export const moreRows = 50;
export const rowLimits = signal<Readonly<Record<keyof Parts, number>>>(firstRows);

/** The ids of the rows that are drawn, in their order. */
export const drawn = computed(() =>
  sections.flatMap((section) => parts.value[section].slice(0, rowLimits.value[section])),
);

const chosen = signal<Selection>(nothing);
/** The selection, without the tasks that are gone. */
export const selection = computed(() => within(chosen.value, (id) => store.has(id) && !isDeleted(id)));
/** Everything that the filter finds is selected, also what is not drawn. */
export const selectsAll = signal(false);
/** Whether rows show their checkboxes although nothing points at them. */
export const isSelecting = signal(false);

export function select(changed: Selection): void {
  selectsAll.value = false;
  chosen.value = changed;
  if (changed.ids.size > 0) isSelecting.value = true;
}

export function endSelection(): void {
  select(nothing);
  isSelecting.value = false;
}

/** Ends the selection when another filter, as after a step back, hides it: nobody changes what is out of sight. */
effect(() => {
  void filter.value;
  endSelection();
});
