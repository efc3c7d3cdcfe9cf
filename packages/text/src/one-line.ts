import { clipText } from "./clip.ts";
import { withoutEscapes } from "./escape-sequences.ts";
import { withoutHidden } from "./hidden.ts";

/**
 * Returns untrusted text (a title, a server's reply) as one line that is safe to log and to print on a terminal: in NFC,
 * without escape sequences, hidden characters and lone surrogates. A run of spaces, tabs and line ends becomes one space.
 *
 * @param maxCharacters length in code points from which the line is cut and ends in "…". Text behind four times as many units
 *   of UTF-16 is not looked at.
 */
export function oneLine(text: string, maxCharacters = Infinity): string {
  const line = composed(
    withoutEscapes(clipText(text, 4 * maxCharacters).toWellFormed())
      // \s would miss NEL, and would take the byte order mark, which is hidden.
      .replaceAll(/[\p{Z}\t\n\v\f\r\u0085]+/gu, " "),
  )
    // A hidden character between two spaces is gone.
    .replaceAll(/ {2,}/g, " ")
    .trim();
  // A code point has at most two units, so only a longer line needs to be counted.
  if (line.length <= maxCharacters) return line;
  const characters = [...line.slice(0, 2 * maxCharacters + 1)];
  if (characters.length <= maxCharacters) return line;
  // A joiner may have lost what it joined.
  return `${withoutHidden(characters.slice(0, maxCharacters - 1).join(""))}…`;
}

/** Composes letters and removes hidden characters until neither changes anything: a composed letter may hide its joiner. */
function composed(text: string): string {
  const next = withoutHidden(text.normalize("NFC"));
  return next === text ? text : composed(next);
}
