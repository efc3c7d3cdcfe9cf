/** Whether a text can be sent as a token: of any other, HTTP says only that a header is wrong, and shows it. */
export function isTokenText(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

/** A text that was given as a token is none. The message does not show it: it may be a token with a typing error. */
class TokenError extends Error {
  override readonly name = "TokenError";
  readonly code = "token";
}

/** Returns a token without the end of its line. @param where begins the message: "that". @throws TokenError */
export function checkToken(text: string, where: string): string {
  const token = text.trim();
  if (isTokenText(token)) return token;
  throw new TokenError(`${where} is no token: dwld token create prints one, on one line`);
}
