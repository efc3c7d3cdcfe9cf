import { countryNames } from "../words.ts";

/** How a language says "only", and how many letters at the end of a country's name its grammar changes. */
const onlyWords: readonly (readonly [language: string, only: string, ending: number])[] = [
  ["de", "nur|ausschließlich|lediglich", 0],
  ["fr", "seulement|uniquement|exclusivement|que", 0],
  ["es", "solo|sólo|solamente|únicamente|exclusivamente", 0],
  ["pt", "só|somente|apenas|exclusivamente", 0],
  ["it", "solo|soltanto|esclusivamente", 0],
  ["nl", "alleen|uitsluitend|enkel", 0],
  ["sv", "bara|endast|enbart", 0],
  ["nb", "bare|kun", 0],
  ["da", "kun", 0],
  ["fi", "vain|ainoastaan", 1],
  ["pl", "tylko|wyłącznie", 2],
  ["cs", "pouze|jen(?:om)?", 1],
  ["sk", "len|iba", 1],
  ["hu", "csak|kizárólag", 0],
  ["ro", "doar|numai", 0],
  ["tr", "yalnızca|sadece", 0],
  ["ru", "только|исключительно|лишь", 1],
  ["uk", "тільки|лише|виключно", 1],
  ["ja", "", 0],
  ["zh", "", 0],
  ["zh-Hant", "", 0],
  ["ko", "", 0],
];

/** Languages that put "only" behind the country or write it without spaces. */
const behind = String.raw`.{0,6}(?:のみ|限定|でしか|からのみ|だけ|에서만|지역만|내에서만|境内|地区|地區)`;
const before = String.raw`(?:仅|僅|只).{0,6}`;

/** "Only in Spain", "nur in Deutschland", "только в России", in the languages above: where a video may be watched. */
export const onlyInCountry: readonly RegExp[] = onlyWords.map(([language, only, ending]) => {
  const names = countryNames(language)
    .filter((name) => name.length > (only === "" ? 1 : 3))
    .map((name) => (ending > 0 && name.length > 5 ? name.slice(0, -ending) : name))
    .join("|");
  return only === ""
    ? new RegExp(`(?:${names})${behind}|${before}(?:${names})`, "u")
    : new RegExp(`(?<![\\p{L}])(?:${only})(?![\\p{L}])[^.;!?]{0,50}?(?<![\\p{L}])(?:${names})`, "u");
});
