import { findLinks } from "./find-links.ts";

/** Returns what was shared: the links in it, or else the whole, so that nothing disappears. */
export function sharedText(query: URLSearchParams): string {
  const parts = ["url", "text", "title"].map((name) => query.get(name)?.trim() ?? "").filter((part) => part !== "");
  const links = findLinks(parts.join("\n"));
  return (links.length > 0 ? links : parts).join("\n");
}
