import type { Texts } from "@dwld/queue";
import { english } from "./english.ts";
import type { Language } from "./language.ts";
import { russian } from "./russian.ts";

/** The languages by BCP 47 tag, English first. A further language is a further entry. */
const languages = { en: english, ru: russian } as const satisfies Record<string, Language>;

/** Returns a text in each language. */
export function inEachLanguage(say: (language: Language) => string): Texts {
  const said = Object.entries<Language>(languages).map(([tag, language]) => [tag, say(language)]);
  return Object.fromEntries(said) as Texts;
}
