import { stringify } from "yaml";
import { redactSecrets } from "../logger/redact-secrets.ts";
import type { Configuration } from "./complete-configuration.ts";

/** The whole of it as YAML, with every default filled in; passwords in the links of proxies are hidden. */
export function showConfiguration(configuration: Configuration): string {
  return stringify(withoutSecrets(configuration), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Keys are no reason: `cookies` and `passwordFile` name files. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return redactSecrets(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutSecrets(part)]));
}
