import { withoutEscapes } from "./escape-sequences.ts";
import { withoutHidden } from "./hidden.ts";

/**
 * Text of a stranger (a title, a server's answer) as one line that steers no terminal and reads as it is written: in
 * NFC, without escape sequences, hidden characters and halves of characters; blanks, tabs and line ends in a row are one
 * blank.
 *
 * @param maxCharacters code points; what is longer is cut, and ends in "…".
 */
export function oneLine(text: string, maxCharacters = Infinity): string {
  const line = withoutHidden(
    withoutEscapes(text.toWellFormed())
      // Not \s, which is without NEL and with the mark of byte order.
      .replaceAll(/[\p{Z}\t\n\v\f\r\u0085]+/gu, " "),
  )
    .normalize("NFC")
    // What was between two of them may be gone.
    .replaceAll(/ {2,}/g, " ")
    .trim();
  // No character has more than two units.
  if (line.length <= maxCharacters) return line;
  const characters = [...line];
  return characters.length <= maxCharacters ? line : `${characters.slice(0, maxCharacters - 1).join("")}…`;
}
