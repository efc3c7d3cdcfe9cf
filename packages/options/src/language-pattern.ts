/**
 * Returns the pattern for a language. yt-dlp matches it, ignoring case, against a site's whole tag. A language includes its
 * variants by country and script ("en-US", "zh-Hans"), but no machine translations ("en-de").
 */
export function languagePattern(language: string): string {
  return language.includes("-") ? language : `${language}(?-i:-[A-Z][A-Z]|-[A-Z][a-z][a-z][a-z])?`;
}
