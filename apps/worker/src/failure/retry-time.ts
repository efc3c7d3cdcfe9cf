import { dayMs, hourMs, minuteMs, secondMs, weekMs } from "@dwld/timing";

const unitsMs: Readonly<Record<string, number>> = {
  second: secondMs,
  sec: secondMs,
  minute: minuteMs,
  min: minuteMs,
  hour: hourMs,
  hr: hourMs,
  day: dayMs,
  week: weekMs,
  month: 30 * dayMs,
};
const soonMs = 5 * minuteMs;
/** Nobody announces a video for longer; a number that says so is something else. */
const farthestMs = 400 * dayMs;

const unit = "(second|sec|minute|min|hour|hr|day|week|month)s?\\b";
const amount = "(\\d{1,4}|an?|one|two|three|a few|several)";
/** "begins in 3 hours", "Premieres in 20 minutes", "try again in 5 minutes", "wait 30 seconds", "for up to an hour". */
const relative = new RegExp(
  `(?:begins?|starts?|premieres?|live|airs?|available|again|retry|released|opens?|starting|scheduled)\\b.{0,24}?\\b(?:in|after|within) (?:about |approximately |around |at least )?${amount} ?${unit}|\\bwait (?:for |at least |about )*${amount} ?${unit}|\\bfor (?:up to |about |at least |the next |another )?${amount} ?${unit}|\\bper ${amount} ?${unit}|\\bevery ${amount} ?${unit}`,
  "i",
);
const soon = /\b(?:a )?few moments\b|\bshortly\b|\bin a moment\b|\bany (?:moment|minute|second)\b|\bmomentarily\b/i;
/** The header of RFC 9110, 10.2.3, in seconds, as our plugin makes yt-dlp print it. */
const header = /\bretry-after: ?(\d{1,9})\b/i;
/** The longest wait for a header: one try a day hurts nobody, and a site that asks for a year means something else. */
const longestHeaderMs = dayMs;
/** ISO 8601 and its relatives: "2026-12-24 19:00:00 JST", "2026-12-01T18:00:00+00:00". */
const absolute =
  /\b(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:T|,? (?:at )?)(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?)? ?(Z\b|[+-]\d\d:?\d\d|[A-Z]{2,4}\b)?/i;
const months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
/** "March 5, 2027 at 8:00 PM UTC", "5 March 2027 20:00". */
const named = new RegExp(
  `\\b(?:(\\d{1,2})(?:st|nd|rd|th)? (${months})[a-z]*\\.?|(${months})[a-z]*\\.? (\\d{1,2})(?:st|nd|rd|th)?),? (20\\d\\d)(?:,? (?:at )?(\\d{1,2}):(\\d\\d)(?::(\\d\\d))? ?([ap]m)?)? ?(Z\\b|[+-]\\d\\d:?\\d\\d|[A-Z]{2,4}\\b)?`,
  "i",
);

/** Hours east of Greenwich: the zones of yt-dlp's TIMEZONE_NAMES, and those of sites that announce in local time. */
const zones: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  UT: 0,
  Z: 0,
  WET: 0,
  BST: 1,
  CET: 1,
  WEST: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  TRT: 3,
  IST: 5.5,
  ICT: 7,
  WIB: 7,
  CST: -6,
  CDT: -5,
  HKT: 8,
  SGT: 8,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  AST: -4,
  ADT: -3,
  EST: -5,
  EDT: -4,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/**
 * Returns the moment that a message names for another try, in milliseconds since the epoch; undefined if it names none,
 * or one that has passed. A time without a zone is taken for UTC, a day without a time for its beginning.
 */
export function retryTime(text: string, nowMs: number): number | undefined {
  const atMs = absoluteTime(text) ?? relativeTime(text, nowMs);
  return atMs !== undefined && atMs > nowMs && atMs - nowMs <= farthestMs ? atMs : undefined;
}

function relativeTime(text: string, nowMs: number): number | undefined {
  const asked = header.exec(text);
  if (asked !== null) return nowMs + Math.min(Number(asked[1]) * secondMs, longestHeaderMs);
  const groups = relative
    .exec(text)
    ?.slice(1)
    .filter((group) => group !== undefined);
  const [count = "", name = ""] = groups ?? [];
  const unitMs = unitsMs[name.toLowerCase()];
  if (unitMs !== undefined) return nowMs + countOf(count.toLowerCase()) * unitMs;
  return soon.test(text) ? nowMs + soonMs : undefined;
}

function countOf(text: string): number {
  const written: Readonly<Record<string, number>> = { two: 2, three: 3, "a few": 3, several: 5 };
  return written[text] ?? (/^\d+$/.test(text) ? Number(text) : 1);
}

function absoluteTime(text: string): number | undefined {
  const iso = absolute.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour = "0", minute = "0", second = "0", zone] = iso;
    return utc([year, month, day, hour, minute, second].map(Number), zone);
  }
  const spoken = named.exec(text);
  if (spoken === null) return undefined;
  const [, dayFirst, monthSecond, monthFirst, daySecond, year, hour = "0", minute = "0", second = "0", half, zone] =
    spoken;
  const month = months.split("|").indexOf((monthSecond ?? monthFirst ?? "").slice(0, 3).toLowerCase()) + 1;
  const hours = (Number(hour) % (half === undefined ? 24 : 12)) + (half?.toLowerCase() === "pm" ? 12 : 0);
  return utc([Number(year), month, Number(dayFirst ?? daySecond), hours, Number(minute), Number(second)], zone);
}

function utc(
  [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: number[],
  zone = "UTC",
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second) - offsetMs(zone);
}

function offsetMs(zone: string): number {
  const numeric = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (numeric === null) return (zones[zone.toUpperCase()] ?? 0) * hourMs;
  const [, sign, hours, minutes] = numeric;
  return (sign === "-" ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * minuteMs);
}
