import { answerKey } from "./keys.ts";

/** Lets keys do what buttons do, wherever no text is written. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && !isWriting(event.target)) answerKey(event);
  });
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("textarea, select, input:not([type=checkbox], [type=radio])") || target.isContentEditable;
}
