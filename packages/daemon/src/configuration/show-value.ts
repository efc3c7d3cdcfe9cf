import { redactSecrets } from "../logger/redact-secrets.ts";

const MAX_LETTERS = 60;

/** A value as an error quotes it: short, and without the secrets a URL may hold. */
export function showValue(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return JSON.stringify(redactSecrets(value.length > MAX_LETTERS ? `${value.slice(0, MAX_LETTERS)}…` : value));
}
