/** Controls, line ends, and what turns the order of a line around; the two joiners hold emoji and Persian words together. */
const unseen = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\u200C\u200D]]+/gv;

/** A stranger's text as one line that cannot steer a terminal, of at most so many characters. */
export function oneLine(text: string, maxCharacters: number): string {
  const letters = [...text.toWellFormed().replaceAll(unseen, " ").trim()];
  return letters.length > maxCharacters ? `${letters.slice(0, maxCharacters - 1).join("")}…` : letters.join("");
}
