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
  /** The whole site gets a cooldown, which doubles with each in a row. */
  readonly site: "pause" | "login_wall" | undefined;
  readonly siteBaseMs: number;
  readonly siteMaxMs: number;
  /** False if the attempt only found that it has to wait: then only the bound on the total time holds. */
  readonly counts: boolean;
};

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const nothing: Remedy = {
  againAfterMs: [],
  endless: false,
  changes: [],
  site: undefined,
  siteBaseMs: 0,
  siteMaxMs: 0,
  counts: true,
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
  permission: end,
  delivery: end,
  playlist_partial: end,

  private: { ...nothing, changes: ["cookies"] },
  login_required: {
    ...nothing,
    changes: ["cookies"],
    site: "login_wall",
    siteBaseMs: 30 * minute,
    siteMaxMs: 12 * hour,
  },
  cookies_stale: { ...nothing, changes: ["no_cookies", "cookies"] },
  bot_check: {
    ...nothing,
    // After the cooldown, a stage that looks different to the site; if there is none, the same one.
    againAfterMs: [0],
    endless: true,
    changes: ["cookies", "client", "proxy"],
    site: "pause",
    siteBaseMs: 30 * minute,
    siteMaxMs: 24 * hour,
    counts: false,
  },
  rate_limited: {
    ...nothing,
    againAfterMs: [0],
    endless: true,
    site: "pause",
    siteBaseMs: 15 * minute,
    siteMaxMs: 2 * hour,
    counts: false,
  },
  geo_blocked: { ...nothing, changes: ["proxy"] },
  not_started: { ...nothing, againAfterMs: [30 * minute], endless: true, counts: false },
  format_unavailable: { ...nothing, changes: ["format", "client"] },
  // Media links expire: one more attempt gets new ones.
  forbidden_media: { ...nothing, againAfterMs: [5 * second], changes: ["client", "cookies", "proxy"] },
  extractor_broken: { ...nothing, changes: ["client", "ytdlp"] },
  network: { ...nothing, againAfterMs: [10 * second, minute, 5 * minute], changes: ["proxy", "client"] },
  proxy_error: { ...nothing, againAfterMs: [minute], changes: ["no_proxy", "proxy"] },
  truncated: { ...nothing, againAfterMs: [5 * second, 30 * second, 2 * minute], changes: ["any"] },
  killed: { ...nothing, againAfterMs: [5 * second, minute, 5 * minute] },
  disk_full: { ...nothing, againAfterMs: [minute, 5 * minute], endless: true, counts: false },
  ffmpeg_missing: { ...nothing, againAfterMs: [minute, 10 * minute], endless: true, counts: false },
  name_too_long: { ...nothing, changes: ["any"] },
  postprocess_failed: { ...nothing, againAfterMs: [5 * second], changes: ["embedding", "format"] },
  usage: { ...nothing, changes: ["any"] },
  wrong_media: { ...nothing, changes: ["format", "client", "cookies", "any"] },
  unknown: { ...nothing, againAfterMs: [30 * second], changes: ["any"] },
};

export function remedyFor(failureClass: FailureClass): Remedy {
  return remedies[failureClass];
}
