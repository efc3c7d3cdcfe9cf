import { randomUUID } from "node:crypto";

/** The header by which a caller chooses the id of a call, and by which each answer tells it. */
export const callIdHeader = "x-request-id";

const form = /^[\dA-Za-z][\w.-]{3,63}$/;

/** Returns a new id: 16 hexadecimal digits, which a person can type. */
export function makeCallId(): string {
  return randomUUID().replaceAll("-", "").slice(0, 16);
}

/** Returns what a caller sent as the id of a call; undefined if it is none, or too long for the log. */
export function readCallId(text: string | readonly string[] | undefined): string | undefined {
  return typeof text === "string" && form.test(text) ? text : undefined;
}
