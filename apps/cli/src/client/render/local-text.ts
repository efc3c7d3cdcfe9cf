import type { LocalizedText } from "@dwld/rpc";
import { oneLine } from "@dwld/text";

/** Returns the text in the reader's language, the only one that the client leaves in an answer. */
export function localText([chosen]: readonly LocalizedText[]): string {
  return oneLine(chosen?.text ?? "");
}
