/** Returns "did you mean WORD?" if a known word is near, else `otherwise`. */
export function suggestion(word: string, known: readonly string[], otherwise: string): string {
  const near = nearestWord(word, known);
  return near === undefined ? otherwise : `did you mean ${near}?`;
}

/**
 * Returns the known word that a person most likely meant, or undefined if none is near: one that differs in case and
 * separators alone, that begins as the word does, or that is at most a third of its letters away.
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word);
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const offered = plain(candidate);
    const begins = wanted.length >= 3 && (offered.startsWith(wanted) || wanted.startsWith(offered));
    const distance = begins ? 1 : editDistance(wanted, offered);
    const isNear = distance <= Math.max(1, Math.floor(Math.max(wanted.length, offered.length) / 3));
    if (isNear && distance < (best?.distance ?? Infinity)) best = { word: candidate, distance };
  }
  return best?.word;
}

const plain = (word: string): string =>
  word
    .slice(0, 64)
    .toLowerCase()
    .replaceAll(/[-_\s]/g, "");

/** Returns the Damerau-Levenshtein distance: letters to insert, delete, replace, or swap with the next one. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let index = 0; index < from.length; index++) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[index] === to[column - 1] ? 0 : 1);
      const crossed = index > 0 && column > 1 && from[index] === to[column - 2] && from[index - 1] === to[column - 1];
      const swapped = crossed ? (before[column - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? 0;
}
