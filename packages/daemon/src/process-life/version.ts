import { readFileSync } from "node:fs";

/** Returns the version of dwld, from the package.json at the root of the checkout. */
export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
