/** The header by which a caller chooses the id of a call, and by which each answer tells it. */
export const callIdHeader = "x-request-id";

const form = /^[\dA-Za-z][\w.-]{3,63}$/;

/**
 * Returns a new id: 16 hexadecimal digits, which a person can type. It is no secret, and a command loads no cryptography for it. The
 * chance that two of a million calls have the same one is 1 in 37 million.
 */
export function makeCallId(): string {
  return `${eightDigits()}${eightDigits()}`;
}

function eightDigits(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
}

/** Returns what a caller sent as the id of a call; undefined if it is none, or too long for the log. */
export function readCallId(text: string | readonly string[] | undefined): string | undefined {
  return typeof text === "string" && form.test(text) ? text : undefined;
}
