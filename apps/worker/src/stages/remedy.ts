import { dayMs, hourMs, minuteMs, secondMs } from "@dwld/timing";
import type { FailureClass } from "../failure/failure-class.ts";

/** How a stage may differ from the one that failed. */
export type Change =
  | "cookies"
  | "no_cookies"
  | "proxy"
  | "no_proxy"
  | "client"
  | "format"
  | "embedding"
  | "ytdlp"
  | "any";

/** The answer to failures of a class. Times in milliseconds. */
export type Remedy = {
  /** Pauses before the same stage is tried again, one for each failure in a row. If `endless`, the last one repeats. */
  readonly againAfterMs: readonly number[];
  readonly endless: boolean;
  /** After that, an untried stage that differs in one of these is tried; earlier ones are preferred. */
  readonly changes: readonly Change[];
  /**
   * Pauses for a trouble that passes by itself, and is no stage's fault: after `againAfterMs`, which counts for all stages together then,
   * and when no stage is left, the first one is tried again.
   */
  readonly laterAfterMs: readonly number[];
  /** All tasks of the site pause. */
  readonly cooldown?: Cooldown;
  /** False if the attempt only found that it has to wait: then only the bound on the total time holds. */
  readonly counts: boolean;
  /** The operator has to act: it does not pass by itself, or comes back for every video. */
  readonly needsOperator: boolean;
};

export type Cooldown = {
  /** `pause`: at each such failure. `login_wall`: at several in a row, since one video that wants a login is not the site. */
  readonly verdict: "pause" | "login_wall";
  readonly firstMs: number;
  /** The pause doubles with each in a row, up to this. */
  readonly longestMs: number;
};

const nothing: Remedy = {
  againAfterMs: [],
  endless: false,
  changes: [],
  laterAfterMs: [],
  counts: true,
  needsOperator: false,
};

/** Nothing helps, or only a person can help. */
const end = nothing;

const remedies: Readonly<Record<FailureClass, Remedy>> = {
  gone: end,
  copyright_blocked: end,
  drm: end,
  unsupported_url: end,
  invalid_url: end,
  live_now: end,
  filtered: end,
  too_large: end,
  permission: { ...end, needsOperator: true },
  delivery: end,
  playlist_partial: end,

  private: { ...nothing, changes: ["cookies"] },
  login_required: {
    ...nothing,
    changes: ["cookies"],
    cooldown: { verdict: "login_wall", firstMs: 30 * minuteMs, longestMs: 12 * hourMs },
  },
  cookies_stale: { ...nothing, changes: ["no_cookies", "cookies"], needsOperator: true },
  bot_check: {
    ...nothing,
    // After the cooldown, a stage that looks different to the site; if there is none, the same one.
    againAfterMs: [0],
    endless: true,
    changes: ["cookies", "client", "proxy"],
    cooldown: { verdict: "pause", firstMs: 30 * minuteMs, longestMs: dayMs },
    counts: false,
  },
  rate_limited: {
    ...nothing,
    againAfterMs: [0],
    endless: true,
    cooldown: { verdict: "pause", firstMs: 15 * minuteMs, longestMs: 2 * hourMs },
    counts: false,
  },
  geo_blocked: { ...nothing, changes: ["proxy"] },
  not_started: { ...nothing, againAfterMs: [30 * minuteMs], endless: true, counts: false },
  format_unavailable: { ...nothing, changes: ["format", "client"] },
  // Media links expire: one more attempt gets new ones.
  forbidden_media: { ...nothing, againAfterMs: [5 * secondMs], changes: ["client", "cookies", "proxy"] },
  extractor_broken: { ...nothing, changes: ["client", "ytdlp"], needsOperator: true },
  network: {
    ...nothing,
    againAfterMs: [10 * secondMs, minuteMs, 5 * minuteMs],
    changes: ["proxy", "client"],
    // The line of a house is away for hours, and a site for a night: that is no reason to give up all links of that time.
    laterAfterMs: [30 * minuteMs, 2 * hourMs, 6 * hourMs, 12 * hourMs],
  },
  proxy_error: { ...nothing, againAfterMs: [minuteMs], changes: ["no_proxy", "proxy"], needsOperator: true },
  truncated: { ...nothing, againAfterMs: [5 * secondMs, 30 * secondMs, 2 * minuteMs], changes: ["any"] },
  killed: { ...nothing, againAfterMs: [5 * secondMs, minuteMs, 5 * minuteMs] },
  disk_full: { ...nothing, againAfterMs: [minuteMs, 5 * minuteMs], endless: true, counts: false, needsOperator: true },
  ffmpeg_missing: {
    ...nothing,
    againAfterMs: [minuteMs, 10 * minuteMs],
    endless: true,
    counts: false,
    needsOperator: true,
  },
  over_limit: { ...nothing, againAfterMs: [hourMs], endless: true, counts: false },
  name_too_long: { ...nothing, changes: ["any"] },
  postprocess_failed: { ...nothing, againAfterMs: [5 * secondMs], changes: ["embedding", "format"] },
  usage: { ...nothing, changes: ["any"], needsOperator: true },
  wrong_media: { ...nothing, changes: ["format", "client", "cookies", "any"] },
  unknown: { ...nothing, againAfterMs: [30 * secondMs], changes: ["any"] },
};

export function remedyFor(failureClass: FailureClass): Remedy {
  return remedies[failureClass];
}

/** Returns whether the task ends at once: nothing that dwld can do helps. */
export function isFinal({ againAfterMs, changes }: Remedy): boolean {
  return againAfterMs.length === 0 && changes.length === 0;
}

/** Added to the start of a premiere: they begin a little late. */
const lateStartMs = 2 * minuteMs;

/** Returns when to try again after the site named a time; milliseconds since the epoch. */
export function whenToRetry(failureClass: FailureClass, retryAtMs: number): number {
  return failureClass === "not_started" ? retryAtMs + lateStartMs : retryAtMs;
}
