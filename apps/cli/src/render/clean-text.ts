import { stripVTControlCharacters } from "node:util";

/** Cc: C0 and C1 controls, line ends among them; Zl and Zp: Unicode's line ends. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** Cf turns the order of text around or hides it; the two joiners hold emoji and Persian words together. */
const INVISIBLE = /[\p{Cf}--[\u200c\u200d]]/gv;

/**
 * Text of a stranger (a title, a site's message) as one line that cannot steer a terminal:
 * no escape sequences, no controls, no bidirectional overrides, no half surrogates.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text.toWellFormed()).replace(CONTROLS, " ").replace(INVISIBLE, "").trim();
}
