/** Whether a text can be sent as a token: of any other, HTTP says only that a header is wrong, and shows it. */
export function isTokenText(text: string): boolean {
  return /^[!-~]+$/.test(text);
}
