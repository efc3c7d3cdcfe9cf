let answer: ((event: KeyboardEvent) => void) | undefined;

/** Lets keys do what buttons do, wherever no text is written. The code for it is loaded for the first key. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isWriting(event.target)) return;
    if (answer === undefined) void load(event);
    else answer(event);
  });
}

async function load(first: KeyboardEvent): Promise<void> {
  try {
    answer = (await import("./keys.ts")).answerKey;
    answer(first);
  } catch {
    // The next key tries it again; the page is whole without.
  }
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("textarea, select, input:not([type=checkbox], [type=radio])") || target.isContentEditable;
}
