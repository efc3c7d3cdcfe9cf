import type { FailureClass } from "./failure-class.ts";

/** One sentence for the person who asked for the video. */
export function adviceFor(failureClass: FailureClass): string {
  return advice[failureClass];
}

const advice: Readonly<Record<FailureClass, string>> = {
  gone: "The video was removed or never existed.",
  private: "The video is private: ask its owner for access.",
  login_required: "The site shows this video only to an account that may watch it.",
  cookies_stale: "The downloader's login for this site has expired; its operator has to renew the cookies.",
  bot_check: "The site takes the downloader for a robot; try again later.",
  rate_limited: "The site asks the downloader to slow down; it goes on later.",
  geo_blocked: "The video is not available in the country where the downloader stands.",
  copyright_blocked: "A rights holder has blocked the video.",
  drm: "The video is copy-protected and cannot be saved.",
  not_started: "The video has not started yet.",
  live_now: "The stream is not live, or its recording is not ready yet.",
  format_unavailable: "The video does not exist in this quality.",
  forbidden_media: "The site showed the page and refused the file; other settings are tried.",
  extractor_broken: "The site has changed; yt-dlp on the downloader needs an update.",
  unsupported_url: "There is no video at this link that can be downloaded.",
  invalid_url: "This link cannot be used: it is malformed, or leads into a private network.",
  network: "The site could not be reached; it is tried again.",
  proxy_error: "The downloader's proxy does not work; its operator has to mend it.",
  truncated: "The download broke off; it goes on where it stopped.",
  disk_full: "The downloader's disk is full; its operator has to make room.",
  permission: "The downloader may not write to its own folder; its operator has to mend that.",
  name_too_long: "The title is too long for a file name.",
  ffmpeg_missing: "ffmpeg is missing on the downloader; its operator has to install it.",
  postprocess_failed: "The video was downloaded, and could not be converted.",
  playlist_partial: "Some videos of the playlist could not be downloaded.",
  usage: "A setting of the downloader is wrong; its operator has to mend it.",
  killed: "The download was interrupted; it goes on.",
  filtered: "There is nothing here to download: a live stream, or an empty page.",
  too_large: "The video is larger than the downloader allows.",
  wrong_media: "What arrived is not the video that was asked for.",
  delivery: "The video was downloaded, and the server did not take it.",
  unknown: "The download failed for a reason that dwld does not know; the log has the site's words.",
};
