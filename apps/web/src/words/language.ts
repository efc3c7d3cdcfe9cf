import { computed, signal } from "@preact/signals";
import { keep, kept, shelf } from "../storage/browser-storage.ts";

export const languages = { en: "English", ru: "Русский" } as const;
export type Language = keyof typeof languages;

const storageKey = "dwld.language";

function isLanguage(text: string | null | undefined): text is Language {
  return text !== null && text !== undefined && Object.hasOwn(languages, text);
}

function initialLanguage(): Language {
  const chosen = kept(shelf("localStorage"), storageKey);
  if (isLanguage(chosen)) return chosen;
  return (globalThis.navigator?.languages ?? []).map((tag) => tag.split("-")[0]).find((tag) => isLanguage(tag)) ?? "en";
}

const chosen = signal<Language>(initialLanguage());

/** The language of the page: chosen before, else the browser's first that dwld speaks. */
export const language = computed(() => chosen.value);

export function chooseLanguage(wanted: Language): void {
  keep(shelf("localStorage"), storageKey, wanted);
  chosen.value = wanted;
}

/** Texts of one room in each language. */
export type Dictionary<Words> = Readonly<Record<Language, Words>>;

/** Returns a function that gives the words of the current language; a component that calls it is drawn anew on a change. */
export function wordsOf<Words>(dictionary: Dictionary<Words>): () => Words {
  return () => dictionary[language.value];
}

/** Returns the text in the current language, else the first one, else "". */
export function localized(texts: readonly { text: string; languageCode: string }[]): string {
  return (texts.find(({ languageCode }) => languageCode === language.value) ?? texts[0])?.text ?? "";
}
