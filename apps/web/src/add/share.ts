import { go, route } from "../route/route.ts";
import { append } from "./draft.ts";
import { findLinks } from "./find-links.ts";

/** Returns what was shared: the links in it, or else the whole, so that nothing disappears. */
export function sharedText(query: URLSearchParams): string {
  const parts = ["url", "text", "title"].map((name) => query.get(name)?.trim() ?? "").filter((part) => part !== "");
  const links = findLinks(parts.join("\n"));
  return (links.length > 0 ? links : parts).join("\n");
}

let isAwaited = false;

/**
 * Takes a link that was shared out of the address into the box, and has the box ask for one tap. Nothing is sent by an address
 * alone: any page of the web may open one. The address is cleaned, so that a reload does not share again.
 */
export function takeShared(): void {
  const query = route.peek();
  if (!["url", "text", "title", "add"].some((name) => query.has(name))) return;
  isAwaited = true;
  const shared = sharedText(query);
  if (shared !== "") append(shared);
  go({ url: undefined, text: undefined, title: undefined, add: undefined }, { replace: true });
}

/** Whether the box takes the focus when it appears; once. */
export function wantsFocus(): boolean {
  const was = isAwaited;
  isAwaited = false;
  return was;
}

takeShared();
