import stringWidth from "string-width";

const ascii = /^[ -~]*$/;

/** Costs 6 ms, and most texts need none. */
let graphemes: Intl.Segmenter | undefined;

/** Returns the width of a text on a terminal, in columns: wide characters and emoji take two. */
export function textWidth(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}

/** Cuts a text to a width, between graphemes, and marks the cut with "…". */
export function cutText(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (textWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of (graphemes ??= new Intl.Segmenter()).segment(text)) {
    width += textWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Breaks a text between its words into lines of at most this width; a word that is wider is cut. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const joined = `${last} ${word}`;
    if (last === undefined || textWidth(joined) > columns) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines.map((line) => cutText(line, columns));
}

/** Pads a text with spaces to a width. */
export function padText(text: string, columns: number, align: "left" | "right" = "left"): string {
  const fill = " ".repeat(Math.max(0, columns - textWidth(text)));
  return align === "left" ? text + fill : fill + text;
}

/** A name is not cut below this width. */
export const leastNameColumns = 20;

/** Joins a name and its detail; if both do not fit, the name is cut first. */
export function fitNameAndDetail(name: string, detail: string, columns: number | undefined): string {
  if (detail === "") return name;
  if (columns === undefined) return `${name}  ${detail}`;
  return `${cutText(name, Math.max(leastNameColumns, columns - textWidth(detail) - 2))}  ${detail}`;
}
