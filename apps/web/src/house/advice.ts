import { oneLine } from "@dwld/text";
import { bytesText, timeText } from "../words/formats.ts";
import { troubleWords } from "../words/troubles.ts";
import { localized } from "../words/language.ts";
import type { HouseTrouble } from "./troubles.ts";

/** Returns a trouble as a sentence with what can be done, and the command that does it on the server. */
export function adviceOn(trouble: HouseTrouble, now: Date): { readonly text: string; readonly command?: string } {
  const words = troubleWords();
  switch (trouble.kind) {
    case "table":
    case "no_worker":
    case "no_ytdlp":
    case "cookies":
    case "room":
      return words[trouble.kind]();
    case "space":
      return words.space(trouble.freeBytes === undefined ? undefined : bytesText(trouble.freeBytes));
    case "no_sender":
    case "refuses":
    case "away":
      return words[trouble.kind](trouble.place);
    case "too_much_waits":
      return words.too_much_waits(bytesText(trouble.waitingBytes));
    case "site_paused": {
      const until = trouble.until === undefined ? undefined : timeText(trouble.until, now);
      return words.site_paused(oneLine(trouble.site), until, localized(trouble.why));
    }
    case "bot":
      return words.bot(oneLine(trouble.address));
    case "old_ytdlp":
      return words.old_ytdlp(trouble.days);
    case "other":
      return words.other(oneLine(trouble.text));
  }
}
