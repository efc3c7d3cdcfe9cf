/**
 * The known word a person most likely meant, or undefined where none is near.
 * Near is: the same but for case and separators, a beginning of the other, or a third of the letters to change.
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word);
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const offered = plain(candidate);
    const begins = wanted.length >= 3 && (offered.startsWith(wanted) || wanted.startsWith(offered));
    const distance = begins ? 1 : changes(wanted, offered);
    if (
      distance <= Math.max(1, Math.floor(Math.max(wanted.length, offered.length) / 3)) &&
      distance < (best?.distance ?? Infinity)
    ) {
      best = { word: candidate, distance };
    }
  }
  return best?.word;
}

const plain = (word: string): string =>
  word
    .slice(0, 64)
    .toLowerCase()
    .replaceAll(/[-_\s]/g, "");

/** Damerau and Levenshtein's distance: letters to insert, delete, replace, or swap with the next one. */
function changes(from: string, to: string): number {
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
