/**
 * Characters that a reader does not see, or that change how others are read: controls (Cc), format characters (Cf: marks
 * of direction, zero width, tags), Unicode's line ends (Zl, Zp) and all else that a font shows nothing for (DI, UAX 44:
 * Hangul fillers, the grapheme joiner).
 *
 * Two kinds carry meaning in some places, and are not hidden there: a joiner between emoji or letters of a script that is
 * not Latin, and a variation selector after a character that it can vary. Their neighbours are never hidden themselves, so
 * that what is shown stays so when the rest is removed.
 */
const neverShown = String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]`;
const varied = String.raw`[[\P{ASCII}0-9#*]--${neverShown}]`;
const joined = String.raw`[[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]--\p{Script=Latin}--${neverShown}]`;
const hidden = new RegExp(
  [
    String.raw`[${neverShown}--[\u200C\u200D\p{VS}]]`,
    String.raw`(?<!${joined}|${varied}\uFE0F)[\u200C\u200D]`,
    String.raw`[\u200C\u200D](?!${joined})`,
    String.raw`(?<!${varied})\p{VS}`,
  ].join("|"),
  "gv",
);

export function hasHidden(text: string): boolean {
  return text.search(hidden) >= 0;
}

/** Whether text has a control character (C0, DEL, C1), line ends and tabs included. */
export function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

export function withoutHidden(text: string): string {
  return text.replaceAll(hidden, "");
}

/** Writes the hidden characters of a JSON text as "\u...": a terminal shows them, and a parser reads the same. */
export function escapeHidden(json: string): string {
  return json.replaceAll(hidden, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
