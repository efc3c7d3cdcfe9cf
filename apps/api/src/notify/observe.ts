import {
  type Arrivals,
  type CookieFileRow,
  type HostRow,
  parseTexts,
  parseTroubles,
  type SiteRow,
  type YtdlpVersionRow,
} from "@dwld/queue";
import { dayMs, hourMs, minuteMs, weekMs } from "@dwld/timing";
import type { SeenProcess } from "../machine/living-processes.ts";
import type { Seen } from "./condition.ts";
import type { Look } from "./lifecycle.ts";

/** The facts of which conditions are made: rows of the table, and of this machine its certificate. */
export type Facts = {
  readonly processes: readonly SeenProcess[];
  readonly hosts: readonly HostRow[];
  /** The sites whose breaker is not closed. */
  readonly sites: readonly SiteRow[];
  /** The cookie files that were set aside. */
  readonly cookies: readonly CookieFileRow[];
  /** The versions of yt-dlp of all hosts. */
  readonly versions: readonly YtdlpVersionRow[];
  /** The arrivals of the last week; undefined: they were not read. */
  readonly arrivals: Arrivals | undefined;
  /** The app that delivers. */
  readonly deliveredBy: "worker" | "ftp-sender";
  /** This host, and its certificate if it has one. */
  readonly own: { readonly host: string; readonly certificate?: Certificate | undefined };
};

export type Certificate = { readonly file: string; readonly endsAtMs: number };

/**
 * A pause of a site that ended longer ago than this, ms, ended since nobody asks any more, so that no task tries whether it
 * answers. Without links, it concerns nobody.
 */
const probedWithinMs = hourMs;

/** The silence after which a host is worth a look, ms. */
const silentMs = minuteMs;

/** How long before its end a certificate is told. Automatic renewals come earlier. */
const certificateMs = 10 * dayMs;

/** The number of failures in a week that make it a trouble that nothing arrives. */
const manyFailures = 3;

/** Failures for which the link is to blame, and neither this machine nor its settings. */
const ofTheLink = new Set([
  ...["gone", "private", "geo_blocked", "copyright_blocked", "drm", "not_started", "live_now", "unsupported_url"],
  ...["invalid_url", "filtered", "too_large", "over_limit"],
]);

/** Finds the conditions that hold. */
export function observe(facts: Facts, now: number): Look {
  const seen = [
    ...destination(facts, now),
    ...facts.cookies.map(({ host, path, set_aside_at }): Seen => ({
      condition: { kind: "cookies", host, path },
      subject: `${host}:${path}`,
      sinceMs: set_aside_at ?? now,
    })),
    ...facts.sites.filter(isProbed(now)).map(({ name: site, pause_reason: failureClass }): Seen => ({
      condition: { kind: "site", site, failureClass },
      subject: site,
      sinceMs: now,
    })),
    ...troubles(facts, now),
    ...missingApps(facts).map((app): Seen => ({ condition: { kind: "process", app }, subject: app, sinceMs: now })),
    ...facts.hosts.filter(isMissed).map(({ name: host, silent_ms, waiting_tasks: waiting }): Seen => ({
      condition: { kind: "machine", host, waiting },
      subject: host,
      sinceMs: now - silent_ms,
    })),
    ...nothingArrives(facts, now),
    ...updatesTakenBack(facts),
    ...certificate(facts, now),
  ];
  return { seen, fateOf: ({ kind, subject }) => fateOf(kind, subject, facts) };
}

const isProbed =
  (now: number) =>
  ({ paused_until, due, running }: SiteRow) =>
    paused_until > now - probedWithinMs && due + running > 0;
const isMissed = ({ forgotten_at, silent_ms }: HostRow) => forgotten_at === null && silent_ms >= silentMs;

function living({ processes }: Facts, app: string, host?: string): SeenProcess[] {
  return processes.filter(
    ({ row, isAlive }) => isAlive && row.app === app && (host === undefined || row.host === host),
  );
}

/** The destination is in trouble if no living sender has none. */
function destination(facts: Facts, now: number): Seen[] {
  const senders = living(facts, facts.deliveredBy).map(({ row }) => parseTroubles(row));
  const words = senders.map(({ destination_refuses: refuses, destination_away: away }) => refuses ?? away ?? "");
  const [first = ""] = words;
  if (senders.length === 0 || words.includes("")) return [];
  const isAway = senders.every(({ destination_refuses: refuses }) => (refuses ?? "") === "");
  return [{ condition: { kind: "destination", isAway, words: first }, subject: "", sinceMs: now }];
}

function troubles(facts: Facts, now: number): Seen[] {
  return [...new Set(living(facts, "worker").map(({ row }) => row.host))].flatMap((host) => {
    const workers = living(facts, "worker", host).map(({ row }) => parseTroubles(row));
    return (
      [
        ["disk", "space"],
        ["yt-dlp", "yt-dlp"],
      ] as const
    ).flatMap(([kind, source]): Seen[] => {
      const words = workers.map((each) => each[source] ?? "");
      const [first = ""] = words;
      return words.includes("")
        ? []
        : [{ condition: { kind, host, words: clause(first) }, subject: host, sinceMs: now }];
    });
  });
}

/** Returns the words of a trouble as they stand behind a colon: what they begin with is said before it. */
function clause(words: string): string {
  return words.replace(/^nothing new is downloaded: /, "").replace(/\.$/, "");
}

function missingApps(facts: Facts): string[] {
  return [...new Set(["worker", facts.deliveredBy])].filter((app) => living(facts, app).length === 0);
}

/** Before a week has passed, nothing is missed. */
function nothingArrives({ arrivals, hosts }: Facts, now: number): Seen[] {
  if (arrivals === undefined || arrivals.some || hosts.every((host) => host.first_seen_at > now - weekMs)) return [];
  const counts = [...arrivals.failed].filter(([failureClass]) => !ofTheLink.has(failureClass));
  const failed = counts.reduce((sum, [, count]) => sum + count, 0);
  if (!arrivals.waits && failed < manyFailures) return [];
  return [{ condition: { kind: "nothing-arrives", failed }, subject: "", sinceMs: now }];
}

/**
 * A version was current and was set aside, if the one before it became current at the same time. Nobody is told of a candidate
 * that never was, or of what was done by hand.
 */
function updatesTakenBack({ versions }: Facts): Seen[] {
  const byVersion = versions.flatMap((row): [string, Seen][] => {
    const current = versions.find(({ host, state }) => host === row.host && state === "current");
    const words = parseTexts(row.reason === "" ? null : row.reason);
    const isTakenBack = row.state === "set_aside" && current?.since === row.since;
    if (!isTakenBack || words === undefined || row.cause === "by_hand") return [];
    const { version, host } = row;
    return [[version, { condition: { kind: "update", version, host, words }, subject: version, sinceMs: row.since }]];
  });
  return [...new Map(byVersion).values()];
}

function certificate({ own }: Facts, now: number): Seen[] {
  if (own.certificate === undefined || own.certificate.endsAtMs - now >= certificateMs) return [];
  return [{ condition: { kind: "certificate", ...own.certificate }, subject: own.host, sinceMs: now }];
}

function fateOf(kind: string, subject: string, facts: Facts): "over" | "unknown" | "moot" {
  switch (kind) {
    case "destination":
      return living(facts, facts.deliveredBy).length > 0 ? "over" : "unknown";
    case "site":
      return facts.sites.some(({ name }) => name === subject) ? "unknown" : "over";
    case "disk":
    case "yt-dlp":
      if (living(facts, "worker", subject).length > 0) return "over";
      return isExpected(facts, subject) ? "unknown" : "moot";
    case "machine":
      return isExpected(facts, subject) ? "over" : "moot";
    case "nothing-arrives":
      return facts.arrivals?.some === true ? "over" : "unknown";
    case "certificate":
      if (subject !== facts.own.host) return isExpected(facts, subject) ? "unknown" : "moot";
      return facts.own.certificate === undefined ? "moot" : "over";
    case "update":
      return "moot";
    default:
      return "over";
  }
}

function isExpected({ hosts }: Facts, host: string): boolean {
  return hosts.some(({ name, forgotten_at }) => name === host && forgotten_at === null);
}
