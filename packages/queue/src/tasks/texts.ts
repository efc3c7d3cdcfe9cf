/** A text for a person, by language (a BCP 47 tag). English is always present. */
export type Texts = { readonly en: string; readonly [language: string]: string };

/** Returns the text of a column. */
export function serializeTexts(texts: Texts | undefined): string | null {
  return texts === undefined ? null : JSON.stringify(texts);
}

/** @returns undefined if the column is NULL. */
export function parseTexts(column: string | null): Texts | undefined {
  return column === null ? undefined : (JSON.parse(column) as Texts);
}

/**
 * Joins texts in every language. If one lacks a language, its English stands in. Returns undefined if there are none.
 */
export function joinTexts(texts: readonly Texts[]): Texts | undefined {
  const languages = new Set(texts.flatMap((one) => Object.keys(one)));
  const joined = [...languages].map((language) => [language, texts.map((one) => one[language] ?? one.en).join(" ")]);
  return texts.length === 0 ? undefined : (Object.fromEntries(joined) as Texts);
}
