import { clipText } from "@dwld/text";
import { redactSecrets } from "../logger/redact-secrets.ts";

const maxLength = 60;

/** Quotes a value in an error: short, and without the secrets that a URL may hold. */
export function showValue(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return JSON.stringify(redactSecrets(clipText(value, maxLength, "…")));
}
