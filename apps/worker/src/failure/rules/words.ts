import { alternatives } from "./rule.ts";

/** What a site calls the thing that was asked for, in English. */
export const noun = `(?:${alternatives`
  videos?
  clips?
  episodes?
  streams?
  broadcasts?
  content
  posts?
  tweets?
  pages?
  songs?
  tracks?
  albums?
  playlists?
  channels?
  users?
  accounts?
  profiles?
  media
  items?
  files?
  shows?
  program(?:me)?s?
  movies?
  films?
  photos?
  stor(?:y|ies)
  reels?
  vods?
  recordings?
  livestreams?
  events?
  podcasts?
  articles?
  lectures?
  lessons?
  courses?
  assets?
  spaces?
  threads?
  records?
  entr(?:y|ies)
  resources?
  rooms?
  titles?
  games?
  live
  radio
  sets?
  mixe?s?
  comments?
  collections?
  series
  seasons?
  models?
  performers?
  streamers?
  uploads?
  entit(?:y|ies)
  talks?
  links?
`})`;

const place = `(?:${alternatives`
  countr(?:y|ies)
  regions?
  territor(?:y|ies)
  (?:geographic(?:al)? )?(?:locations?|area)
  market
  jurisdiction
`})`;

/** "your country", "from your current location": where the viewer is. */
export const yourPlace = String.raw`(?:${alternatives`
  your
  this
  the
  their
  (?:user|client)'?s?
  current
  selected
  certain
  some
  other
  these
  specific
  which
  allowed
  restricted
  following
  \d{1,4}
`}) (?:\w+ ){0,3}${place}\b`;

/** What sites write for a country or a group of them, beside its full name. */
const otherCountries = alternatives`
  u\.?s\.?(?:a\.?)?
  u\.?k\.?
  e\.?u\.?
  uae
  america
  (?:great )?britain
  england
  scotland
  wales
  europe
  european union
  eea
  scandinavia
  north america
  latin america
  south america
  middle east
  asia
  africa
  oceania
  mainland china
  korea
  russia
  czech republic
  turkey
`;

/** Names of all countries in a language, in lower case, from Unicode's data for the two letter codes of ISO 3166-1. */
export function countryNames(language: string): string[] {
  const display = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const names = letters
    .flatMap((first) => letters.map((second) => display.of(first + second)))
    .filter((name) => name !== undefined)
    .map((name) =>
      name
        .normalize("NFKC")
        .toLowerCase()
        .replaceAll("ё", "е")
        .replaceAll(/[()[\]+*?.|&]/g, "."),
    );
  return [...new Set(names)];
}

/** A country by its name, in lower case. */
export const country = `(?:${countryNames("en").join("|")}|${otherCountries})`;
