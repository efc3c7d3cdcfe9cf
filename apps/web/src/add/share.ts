import { go, route } from "../route/route.ts";
import { append } from "./draft.ts";
import { sharedText } from "./shared-text.ts";

let isAwaited = false;

/**
 * Takes a link that was shared out of the address into the box, and has the box ask for one tap. Nothing is sent by an address
 * alone: any page of the web may open one. The address is cleaned, so that a reload does not share again.
 */
function takeShared(): void {
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
