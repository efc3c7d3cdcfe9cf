import { redactSecrets } from "../logger/redact-secrets.ts";

const maxLength = 60;

/** A value as an error quotes it: short, and without the secrets a URL may hold. */
export function showValue(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return JSON.stringify(redactSecrets(value.length > maxLength ? `${value.slice(0, maxLength)}…` : value));
}
