/** No newer yt-dlp could be had: the message says why, and what stays in use is untouched. */
export class ReleaseError extends Error {
  readonly code = "ytdlp_release";
}

/** This version is not to be used: it failed its self-test. The message says at which step. */
export class UnfitVersionError extends Error {
  readonly code = "ytdlp_unfit";
}
