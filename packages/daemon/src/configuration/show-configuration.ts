import { stringify } from "yaml";
import { redactSecrets } from "../logger/redact-secrets.ts";
import type { Configuration } from "./complete-configuration.ts";

/** Returns the configuration as YAML, with every default filled in, without passwords in the URLs of proxies. */
export function showConfiguration(configuration: Configuration): string {
  return stringify(withoutSecrets(configuration), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Removes secrets from texts, whatever their keys: `cookies` and `passwordFile` name files. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return redactSecrets(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutSecrets(part)]));
}
