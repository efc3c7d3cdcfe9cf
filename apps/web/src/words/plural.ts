import { type Language, language } from "./language.ts";

/** The forms of a phrase that holds a number, which stands where "#" is; Intl names the forms (CLDR's plural categories). */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

const rules: Partial<Record<Language, Intl.PluralRules>> = {};

export function plural(of: Language, number: number, forms: Forms): string {
  const rule = (rules[of] ??= new Intl.PluralRules(of));
  return (forms[rule.select(number)] ?? forms.other).replace("#", number.toLocaleString(of));
}

/** Returns a function that puts a number into a phrase of the page's language. */
export const count = (forms: Forms) => (number: number) => plural(language.value, number, forms);
