import type { Texts } from "@dwld/queue";
import { english } from "./english.ts";
import type { NoticeLanguage } from "./language.ts";
import { russian } from "./russian.ts";

/** The languages of messages by BCP 47 tag, English first. */
const languages = { en: english, ru: russian } as const satisfies Record<string, NoticeLanguage>;

/** Returns a text in each language. */
export function inEachLanguage(say: (language: NoticeLanguage) => string): Texts {
  const said = Object.entries<NoticeLanguage>(languages).map(([tag, language]) => [tag, say(language)]);
  return Object.fromEntries(said) as Texts;
}
