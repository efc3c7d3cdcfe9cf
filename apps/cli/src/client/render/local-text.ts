import type { LocalizedText } from "@dwld/rpc";
import { oneLine } from "@dwld/text";

/** The text in the reader's language, which is the only one that an answer still has. */
export function localText([chosen]: readonly LocalizedText[]): string {
  return oneLine(chosen?.text ?? "");
}
