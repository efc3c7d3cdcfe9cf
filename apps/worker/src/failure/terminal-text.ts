import { clipText, withoutEscapes, withoutHidden } from "@dwld/text";

/** Characters. Longer lines are cut: no sentence of yt-dlp's comes near, and binary rubbish has no line breaks. */
const maxLineLength = 8000;

/** The rest of a colour if a paste has lost the escape character. */
const bareColours = /\[0;\d{1,2}(?:;\d{1,2})?m|\[0m/g;
const blanks = /[\t\u0085\u2028\u2029]/g;

// oxlint-disable-next-line no-control-regex -- the end of a colour may stand between the word and the carriage return
const brokenOpening = /\b(ERROR|WARNING):\s{0,8}(?:\u001B\[0?m)?\s{0,8}\r+\s{0,8}/g;

/**
 * Returns the lines as a person reads them, without colours and control characters. A carriage return begins a new line,
 * as progress does, except in "ERROR: \r[download] Got error", which yt-dlp prints as one.
 */
export function plainLines(raw: readonly string[]): string[] {
  return raw.flatMap((line) => {
    const shown = splitAtReturns(line).map((part) =>
      withoutHidden(withoutEscapes(part).replaceAll(bareColours, "").replaceAll(blanks, " ")).trimEnd(),
    );
    // "a\r\n" and "\ra" are one line; a line that is empty is an empty line.
    return shown.length === 1 ? shown : shown.filter((part) => part !== "");
  });
}

/** A line break as written by programs that log a run as one text. */
const writtenBreak = /(?:\\r)?\\n(?=\s{0,4}(?:ERROR|WARNING):)/g;

/** Returns the parts that a line shows one after another, as progress does; each at most 8000 characters. */
export function splitAtReturns(line: string): string[] {
  const joined = line.includes("\r") ? line.replaceAll(brokenOpening, "$1: ") : line;
  return joined
    .replaceAll(writtenBreak, "\n")
    .split(/[\r\n]+/)
    .map((part) => clipText(part, maxLineLength));
}
