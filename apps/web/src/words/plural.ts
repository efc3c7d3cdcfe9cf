import type { Language } from "./language.ts";

/** The forms of a phrase that holds a number, which stands where "#" is; Intl names the forms (CLDR's plural categories). */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

const rules: Partial<Record<Language, Intl.PluralRules>> = {};

export function plural(language: Language, count: number, forms: Forms): string {
  const rule = (rules[language] ??= new Intl.PluralRules(language));
  return (forms[rule.select(count)] ?? forms.other).replace("#", count.toLocaleString(language));
}
