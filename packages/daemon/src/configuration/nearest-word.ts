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

/** Levenshtein's distance: letters to insert, delete or replace. */
function changes(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
