/** Why a run failed; the contract's `FailureClass` in lower case. */
export const failureClasses = [
  "gone",
  "private",
  "login_required",
  "cookies_stale",
  "bot_check",
  "rate_limited",
  "geo_blocked",
  "copyright_blocked",
  "drm",
  "not_started",
  "live_now",
  "format_unavailable",
  "forbidden_media",
  "extractor_broken",
  "unsupported_url",
  "invalid_url",
  "network",
  "proxy_error",
  "truncated",
  "disk_full",
  "permission",
  "name_too_long",
  "ffmpeg_missing",
  "postprocess_failed",
  "playlist_partial",
  "usage",
  "killed",
  "filtered",
  "too_large",
  "wrong_media",
  "delivery",
  "unknown",
] as const;

export type FailureClass = (typeof failureClasses)[number];

/** `stop`: nothing here can help. `repeat`: it passes by itself. `next_stage`: other settings may help. */
export type FailureAction = "stop" | "repeat" | "next_stage";

export function actionFor(failureClass: FailureClass): FailureAction {
  switch (failureClass) {
    case "gone":
    case "copyright_blocked":
    case "drm":
    case "unsupported_url":
    case "invalid_url":
    case "live_now":
    case "filtered":
    case "too_large":
      return "stop";
    case "network":
    case "truncated":
    case "not_started":
    case "rate_limited":
    case "disk_full":
    case "killed":
      return "repeat";
    case "private":
    case "login_required":
    case "cookies_stale":
    case "bot_check":
    case "geo_blocked":
    case "format_unavailable":
    case "forbidden_media":
    case "extractor_broken":
    case "proxy_error":
    case "permission":
    case "name_too_long":
    case "ffmpeg_missing":
    case "postprocess_failed":
    case "playlist_partial":
    case "usage":
    case "wrong_media":
    case "delivery":
    case "unknown":
      return "next_stage";
  }
}

export function isFailureClass(text: string | null): text is FailureClass {
  return failureClasses.some((known) => known === text);
}
