import * as fc from "fast-check";

/** Texts that break file names, lines, terminals, paths, URLs and protocols. */
const pieces = [
  ...[
    "",
    " ",
    "/",
    "\\",
    ".",
    "..",
    "...",
    "-",
    "--",
    "~",
    ":",
    "*",
    "?",
    '"',
    "<",
    ">",
    "|",
    "%",
    "%2e%2e%2f",
    "{",
    "}",
  ],
  ...["\0", "\t", "\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u00A0", "\u2028", "\u2029", "\u3000", "\uFEFF", "\u007F"],
  ...["\u001B[31m", "\u001B]0;title\u0007", "\u001B]8;;http://evil\u001B\\", "\u001B", "\u009B2J", "\u009D", "\u009C"],
  ...[
    "\u202E",
    "\u202C",
    "\u2066",
    "\u2069",
    "\u200B",
    "\u200C",
    "\u200D",
    "\u2060",
    "\u00AD",
    "\u034F",
    "\u3164",
    "\u2800",
  ],
  ...[
    "\uFE0F",
    "\u0301",
    "\u{E0041}",
    "\uD800",
    "\uDC00",
    "👨‍👩‍👧",
    "🏳️‍🌈",
    "می‌شود",
    "ß",
    "İ",
    "ﬁ",
    "е\u0308",
    "あ".repeat(90),
  ],
  ...[
    "CON",
    "NUL",
    "aux.txt",
    "con.mp4",
    "[id]",
    " [x]",
    " (2)",
    ".mp4",
    ".en.vtt",
    "1m30s-2m",
    "a".repeat(300),
    "{title}",
  ],
  ...["__proto__", "constructor", "toString", "NaN", "1e999", "-0", "9".repeat(30), "\uFFFD", "\u{10FFFF}", "\uFFFF"],
];

/** Text as a site, a server or a client may send it, lone surrogates included. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...pieces) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
      { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** Strings of JSON: values of any shape, with numbers that no double holds and text that is cut off. */
export const jsonText: fc.Arbitrary<string> = fc
  .tuple(fc.json({ maxDepth: 3 }), fc.constantFrom("", "", "", "1e999", "NA", "}", "\0"), fc.boolean())
  .map(([json, tail, cut]) => (cut ? json.slice(0, json.length / 2) : json) + tail);

/** Splits bytes at random places. */
export function splitAnywhere(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
}
