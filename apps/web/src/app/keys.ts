import { mayChange } from "../connection/identity.ts";
import { route } from "../route/route.ts";
import { closeTask } from "../task/task-view.tsx";
import { askToDelete } from "../tasks/ask-to-delete.tsx";
import { change } from "../tasks/change.ts";
import { focusBeside, focusedRow, moveFocus } from "../tasks/row-focus.ts";
import { store } from "../tasks/store.ts";
import { canCancel, canRetry } from "../tasks/task-facts.ts";
import { endSelection, isSelecting, select, selection } from "../list/list-model.ts";
import { toggle } from "../list/selection.ts";
import { type Intention, intentionOf } from "./intention.ts";
import { isHelpShown } from "./keys-help-shown.ts";

/** Does what the button for a key does, if there is one. */
export function answerKey(event: KeyboardEvent): void {
  if (document.querySelector("dialog[open]") !== null) return;
  const intention = intentionOf(event);
  if (intention !== undefined && carryOut(intention)) event.preventDefault();
}

/** Returns whether something was done. */
function carryOut(intention: Intention): boolean {
  switch (intention) {
    case "add":
      return focusOn("#add-text");
    case "search":
      endSelection();
      // While a selection is shown, the search comes with the next frame; else what is typed at once goes into it.
      if (!focusOn("#search")) requestAnimationFrame(() => focusOn("#search"));
      return true;
    case "next":
      moveFocus(1);
      return true;
    case "previous":
      moveFocus(-1);
      return true;
    case "help":
      isHelpShown.value = true;
      return true;
    case "leave":
      return leave();
    case "select":
    case "retry":
    case "cancel":
    case "delete":
      return mayChange.value && changeFor(intention);
  }
}

function focusOn(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  return element !== null;
}

function leave(): boolean {
  const open = route.value.get("task");
  if (open !== null) closeTask(open);
  else if (isSelecting.value) endSelection();
  else return false;
  return true;
}

/** Changes what is selected; else the task that is open, or the row in which the focus is. */
function changeFor(intention: "select" | "retry" | "cancel" | "delete"): boolean {
  const row = focusedRow();
  const one = row ?? route.value.get("task") ?? undefined;
  if (intention === "select") {
    if (row !== undefined) select(toggle(selection.value, row));
    return row !== undefined;
  }
  const selected = [...selection.value.ids];
  const ids = selected.length > 0 ? selected : one === undefined ? [] : [one];
  const fit = ids.filter((id) => {
    const task = store.task(id)?.peek();
    return task !== undefined && { retry: canRetry(task), cancel: canCancel(task), delete: true }[intention];
  });
  if (fit.length === 0) return false;
  if (intention === "retry") change(({ retryTasks }) => retryTasks({ ids: fit }));
  else if (intention === "cancel") change(({ cancelTasks }) => cancelTasks({ ids: fit }));
  else askToDelete({ ids: fit }, fit.length, row === undefined ? undefined : focusBeside(row));
  if (selected.length > 0 && intention !== "delete") endSelection();
  return true;
}
