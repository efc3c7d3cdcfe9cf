import { oneLine } from "@dwld/text";

/** In characters; what is longer is a description. */
const maxTitleLength = 500;

/** A title as people read it. */
export function plainTitle(title: string): string {
  return oneLine(title, maxTitleLength);
}
