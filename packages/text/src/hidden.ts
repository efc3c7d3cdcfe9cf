/**
 * Characters that a reader does not see, or that change how others are read: controls (Cc), format characters (Cf:
 * marks of direction, zero width, tags), Unicode's line ends (Zl, Zp) and what else a font shows nothing for (DI, UAX 44:
 * Hangul fillers, the grapheme joiner).
 *
 * Some of them carry meaning, and are none: a joiner between letters of a script that is not Latin, or between emoji, and
 * a variation selector behind what it can vary.
 */
const joined = String.raw`[[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]--\p{Script=Latin}]`;
const varied = String.raw`[\P{ASCII}0-9#*]`;
const hidden = new RegExp(
  [
    String.raw`[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]--[\u200C\u200D\p{VS}]]`,
    String.raw`(?<!${joined})[\u200C\u200D]`,
    String.raw`[\u200C\u200D](?!${joined})`,
    String.raw`(?<!${varied})\p{VS}`,
  ].join("|"),
  "gv",
);

export function hasHidden(text: string): boolean {
  return text.search(hidden) >= 0;
}

export function withoutHidden(text: string): string {
  return text.replaceAll(hidden, "");
}

/** For JSON: an escape says the same, and is seen. Characters that JSON escapes by itself are none of it. */
export function escapeHidden(json: string): string {
  return json.replaceAll(hidden, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
