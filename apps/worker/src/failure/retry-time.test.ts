import assert from "node:assert/strict";
import { test } from "node:test";
import { hourMs, minuteMs } from "@dwld/timing";
import { retryTime } from "./retry-time.ts";

const nowMs = Date.UTC(2026, 10, 24, 12);

test("retry time: a span counts from now", () => {
  const spans: [string, number][] = [
    ["Premieres in 3 hours", 3 * hourMs],
    ["This live event will begin in 2 days.", 48 * hourMs],
    ["This live event will begin in 45 minutes.", 45 * minuteMs],
    ["This live event will begin in a few moments.", 5 * minuteMs],
    ["Premiere will begin shortly", 5 * minuteMs],
    ["Premieres in 2 weeks", 14 * 24 * hourMs],
    ["The current session has been rate-limited by YouTube for up to an hour.", hourMs],
    ["You may send 30 requests per 10 minutes", 10 * minuteMs],
    ["Please wait 30 seconds before you try again", 30_000],
    ["Too many requests, try again in 5 minutes", 5 * minuteMs],
    [
      "HTTP Error 429: Too Many Requests (Retry-After: 120) (caused by <HTTPError 429: Too Many Requests>)",
      2 * minuteMs,
    ],
    ["HTTP Error 503: Service Unavailable (Retry-After: 999999999)", 24 * hourMs],
  ];
  for (const [text, span] of spans) assert.equal(retryTime(text, nowMs), nowMs + span, text);
});

test("retry time: a moment is read in its time zone, and in UTC where it has none", () => {
  const moments: [string, string][] = [
    ["This live event is scheduled for 2026-12-01T18:00:00+00:00", "2026-12-01T18:00:00Z"],
    ["This livestream is scheduled to start at 2026-11-30T21:00:00+09:00", "2026-11-30T12:00:00Z"],
    ["This live event will begin at 2026-12-24 19:00:00 JST", "2026-12-24T10:00:00Z"],
    ["This program is scheduled to start at 2026-12-24 19:00 UTC", "2026-12-24T19:00:00Z"],
    ["It will be released at 2026-12-24 19:00", "2026-12-24T19:00:00Z"],
    ["Release date: 2027-01-01", "2027-01-01T00:00:00Z"],
    ["available on March 5, 2027 at 8:00 PM UTC", "2027-03-05T20:00:00Z"],
    ["available from 5 March 2027, 20:00 EST", "2027-03-06T01:00:00Z"],
  ];
  for (const [text, moment] of moments) assert.equal(retryTime(text, nowMs), Date.parse(moment), text);
});

test("retry time: a time that has passed or is too far away is none", () => {
  for (const text of [
    "scheduled for 2026-11-01T18:00:00+00:00",
    "scheduled for 2099-11-01T18:00:00+00:00",
    "scheduled for 2026-99-99T18:00:00+00:00",
    "The video lasts 3 hours",
    "",
  ])
    assert.equal(retryTime(text, nowMs), undefined, text);
});
