/** The pairs of letters that Unicode knows as codes of countries (ISO 3166-1). */
const codes = knownCodes();

/**
 * Returns the names of all countries in a language, in lower case, with "." for what a regular expression would take
 * for a sign of its own. Names too short to be told from other words are left out.
 *
 * @param ending how many letters the language's grammar changes at the end of a long name; they are cut off.
 */
export function countryNames(language: string, ending = 0): string[] {
  const display = displayNames(language);
  const names = codes
    .flatMap((code) => display.of(code) ?? [])
    .map((name) =>
      name
        .normalize("NFKC")
        .toLowerCase()
        .replaceAll("ё", "е")
        .replaceAll(/[()[\]+*?.|&]/g, "."),
    )
    // One sign of an alphabet says less than one of China, Japan or Korea.
    .filter((name) => name.length > (/^[\p{sc=Latin}\p{sc=Cyrillic}]/u.test(name) ? 3 : 1))
    .map((name) => (ending > 0 && name.length > 5 ? name.slice(0, -ending) : name));
  return [...new Set(names)];
}

function knownCodes(): string[] {
  const english = displayNames("en");
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => english.of(code) !== undefined);
}

function displayNames(language: string): Intl.DisplayNames {
  return new Intl.DisplayNames(language, { type: "region", fallback: "none" });
}
