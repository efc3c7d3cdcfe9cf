import type { Texts } from "@dwld/queue";
import { dayMs, hourMs, minuteMs, weekMs } from "@dwld/timing";

/** Something that needs a person, or that a person has to know. `kind` is a NoticeKind of the configuration. */
export type Condition =
  | { readonly kind: "destination"; readonly isAway: boolean; readonly words: string }
  | { readonly kind: "cookies"; readonly path: string; readonly host: string }
  | { readonly kind: "site"; readonly site: string; readonly failureClass: string }
  | { readonly kind: "disk"; readonly host: string; readonly words: string }
  | { readonly kind: "yt-dlp"; readonly host: string; readonly words: string }
  | { readonly kind: "process"; readonly app: string }
  | { readonly kind: "machine"; readonly host: string; readonly waiting: number }
  | { readonly kind: "nothing-arrives"; readonly failed: number }
  | { readonly kind: "update"; readonly version: string; readonly host: string; readonly words: Texts }
  | { readonly kind: "certificate"; readonly file: string; readonly endsAtMs: number };

/** A condition that holds. */
export type Seen = {
  readonly condition: Condition;
  /** Tells it from others of its kind; empty: there is one. */
  readonly subject: string;
  /** When it began, as far as that is known. */
  readonly sinceMs: number;
};

/**
 * The fate of a condition that is not seen: it is over; nothing tells whether it is; or it concerns nobody any more, so that
 * there is nothing to tell.
 */
export type Fate = "over" | "unknown" | "moot";

/** Returns how long a condition lasts before it is told, since most heal by themselves. */
export function patienceMs(condition: Condition): number {
  if (condition.kind === "destination") return condition.isAway ? 2 * hourMs : hourMs / 2;
  return patience[condition.kind];
}

const patience = {
  cookies: 0,
  site: dayMs,
  disk: hourMs,
  "yt-dlp": 15 * minuteMs,
  process: hourMs,
  machine: hourMs,
  // A machine that was off for a week has some time.
  "nothing-arrives": 6 * hourMs,
  update: 0,
  certificate: 0,
} as const;

/** The time for which a condition that was told is away before it is over. */
const recoveryMs: Readonly<Record<string, number>> = {
  destination: hourMs / 2,
  cookies: 10 * minuteMs,
  site: hourMs,
  disk: hourMs,
  "yt-dlp": 10 * minuteMs,
  process: 10 * minuteMs,
  machine: 10 * minuteMs,
};

/**
 * Returns how long a condition is away before it is over, if it was told this often in the last weeks: one that comes and
 * goes is told as one that lasts.
 */
export function recoveryAfterMs(kind: string, times: number): number {
  return Math.max(recoveryMs[kind] ?? 0, times < 2 ? 0 : Math.min(6 * hourMs * 4 ** (times - 2), weekMs));
}
