/** The reasons why a run fails: the contract's `FailureClass` in lower case. */
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
  "over_limit",
] as const;

export type FailureClass = (typeof failureClasses)[number];

export function isFailureClass(text: string | null): text is FailureClass {
  return failureClasses.some((known) => known === text);
}
