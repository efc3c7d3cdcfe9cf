/** In characters; what is longer is a description. */
const maxTitleLength = 500;

/** A title as people read it. */
export function plainTitle(title: string): string {
  return [...oneLine(title)].slice(0, maxTitleLength).join("").trim();
}

/**
 * One line of what can be seen. What sites send holds line ends, controls, and marks that turn the direction of all that
 * stands behind them: "gpj.exe" is then read from its end.
 */
export function oneLine(text: string): string {
  return text
    .normalize("NFC")
    .toWellFormed()
    .replaceAll(/\p{Zl}|\p{Zp}|[\t\n\r]/gu, " ")
    .replaceAll(/[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu, "")
    .replaceAll(/ {2,}/g, " ");
}
