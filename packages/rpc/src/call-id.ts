import { randomBytes } from "node:crypto";

/** The header by which a caller chooses the id of a call, and by which each answer tells it. */
export const callIdHeader = "x-request-id";

const form = /^[\dA-Za-z][\w.-]{3,63}$/;

/**
 * Returns a new id: 16 hexadecimal digits, which a person can type. The chance that two of a million calls have the same one
 * is 1 in 37 million.
 */
export function makeCallId(): string {
  return randomBytes(8).toString("hex");
}

/** Returns what a caller sent as the id of a call; undefined if it is none, or too long for the log. */
export function readCallId(text: string | readonly string[] | undefined): string | undefined {
  return typeof text === "string" && form.test(text) ? text : undefined;
}
