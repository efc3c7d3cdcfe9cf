import { go, route } from "../route/route.ts";
import { append } from "./draft.ts";
import { sharedText } from "./shared-text.ts";

/**
 * Takes a link that was shared out of the address into the box. Nothing is sent by an address alone: any page of the web may
 * open one. The address is cleaned, so that a reload does not share again. Returns whether there was something, which awaits
 * one tap.
 */
export function takeShared(): boolean {
  const query = route.peek();
  if (!["url", "text", "title", "add"].some((name) => query.has(name))) return false;
  const shared = sharedText(query);
  if (shared !== "") append(shared);
  go({ url: undefined, text: undefined, title: undefined, add: undefined }, { replace: true });
  return true;
}
