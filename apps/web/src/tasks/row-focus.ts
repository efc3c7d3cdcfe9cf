/** Gives the focus to a row, which is that of its link. */
export function focusRow(id: string): void {
  linkOf(id)?.focus();
}

/** Returns the id of the row in which the focus is. */
export function focusedRow(): string | undefined {
  return document.activeElement?.closest<HTMLElement>("li[data-id]")?.dataset["id"];
}

/** Returns a function that gives the focus to the row after this one, else before it: this one is about to go. */
export function focusBeside(id: string): () => void {
  const rows = Array.from(document.querySelectorAll<HTMLElement>("li[data-id]"), ({ dataset }) => dataset["id"]);
  const at = rows.indexOf(id);
  const beside = rows[at + 1] ?? rows[at - 1];
  return () => {
    if (beside !== undefined) focusRow(beside);
  };
}

/** Moves the focus by rows; from anywhere else, to the first or last row. */
export function moveFocus(by: 1 | -1): void {
  const links = Array.from(document.querySelectorAll<HTMLElement>("li[data-id] a.name"));
  const here = focusedRow();
  const at = links.findIndex((link) => link.closest<HTMLElement>("li")?.dataset["id"] === here);
  links.at(at < 0 ? (by > 0 ? 0 : -1) : Math.min(links.length - 1, Math.max(0, at + by)))?.focus();
}

function linkOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`li[data-id="${CSS.escape(id)}"] a.name`);
}
