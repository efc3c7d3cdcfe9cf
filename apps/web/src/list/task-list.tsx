import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { DeleteDialog } from "../tasks/ask-to-delete.tsx";
import { deleting } from "../tasks/change.ts";
import { hasDeletions } from "../tasks/pending-deletions.ts";
import { sections } from "../tasks/sections.ts";
import { store } from "../tasks/store.ts";
import { onDemand } from "../connection/on-demand.tsx";
import { counts, keepCounting } from "./counts.ts";
import { historyOf, loadMore } from "./history.ts";
import { ListBar } from "./list-bar.tsx";
import { Skeleton } from "./skeleton.tsx";
import { filter, holdOrder, isSelecting, parts } from "./list-model.ts";
import { PartSection } from "./part-section.tsx";
import { focusedRow, focusRow } from "../tasks/row-focus.ts";
import "./list.css";
import "./rows.css";

const FirstRun = onDemand(async () => (await import("./list-empty.tsx")).FirstRun);
const NoMatch = onDemand(async () => (await import("./list-empty.tsx")).NoMatch);
const SelectionBar = onDemand(async () => (await import("./selection-bar.tsx")).SelectionBar);

/** The tasks, part by part. */
export function TaskList() {
  useEffect(keepCounting, []);
  useSignalEffect(loadWhatIsNotTold);
  useSignalEffect(() => {
    // Those of other tabs, too: a tab may be closed before it has done its own.
    if (store.generation.value > 0 && hasDeletions()) deleting(({ resumeDeletions }) => resumeDeletions());
  });
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => holdWhileTouched(place.current), []);
  const focus = useFocusThatFollows();
  return (
    <div class={isSelecting.value ? "list is-selecting" : "list"} ref={place} {...focus}>
      <Parts />
      <DeleteDialog />
    </div>
  );
}

function Parts() {
  const { part, text, site } = filter.value;
  const isFiltered = text !== "" || site !== "";
  const isEmpty = sections.every((section) => parts.value[section].length === 0);
  if (isEmpty && store.generation.value === 0) return <Skeleton />;
  const total = counts.value === null || counts.value === undefined ? 0 : counts.value.failed + counts.value.done;
  if (isEmpty && !isFiltered && part === undefined && total === 0) return <FirstRun />;
  const shown = part === undefined ? sections : [part];
  const isSearching = shown
    .filter((each) => isFiltered && (each === "failed" || each === "done"))
    .some((each) => [undefined, "loading"].includes(historyOf(each, filter.value)?.state));
  return (
    <>
      {isSelecting.value ? <SelectionBar /> : <ListBar />}
      {shown.map((each) => (
        <PartSection key={each} part={each} isLast={each === shown.at(-1)} />
      ))}
      {isEmpty && (isFiltered || total === 0 || part === "now" || part === "waiting") ? (
        <NoMatch isSearching={isSearching} />
      ) : null}
    </>
  );
}

/** A search looks through the history, too; and failures that the newest tasks hide are shown at once. */
function loadWhatIsNotTold(): void {
  const { part, text, site } = filter.value;
  const isFiltered = text !== "" || site !== "";
  if (store.generation.value === 0) return;
  const hasHidden = (counts.value?.failed ?? 0) > store.sections.peek().failed.length;
  for (const each of ["failed", "done"] as const) {
    const isWanted = (part ?? each) === each && (isFiltered || (each === "failed" && hasHidden));
    if (isWanted && historyOf(each, filter.value) === undefined) void loadMore(each, filter.peek());
  }
}

/** Lets no row move away from under a pointer, or from somebody who goes through the rows by keys. */
function holdWhileTouched(list: HTMLElement | null): () => void {
  const listening = new AbortController();
  for (const name of ["pointermove", "pointerdown", "pointerup", "pointercancel", "keydown"])
    list?.addEventListener(
      name,
      (event) => {
        if (event instanceof PointerEvent) holdOrder(event.buttons !== 0);
        else if (focusedRow() !== undefined) holdOrder(false);
      },
      { signal: listening.signal, passive: true },
    );
  return () => listening.abort();
}

/** A row that moves to another part takes the focus along. */
function useFocusThatFollows() {
  const focused = useRef<string | undefined>(undefined);
  const places = parts.value;
  useLayoutEffect(() => {
    if (focused.current !== undefined && document.activeElement === document.body) focusRow(focused.current);
  }, [places]);
  return {
    onFocusIn: ({ target }: FocusEvent) => {
      focused.current = (target as HTMLElement).closest<HTMLElement>("li[data-id]")?.dataset["id"];
    },
    onFocusOut: ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) focused.current = undefined;
    },
  };
}
