import type { FailedRun } from "./machine-trouble.ts";

/** No newer yt-dlp could be had: the message says why, and what stays in use is untouched. The next look tries it again. */
export class ReleaseError extends Error {
  readonly code = "ytdlp_release";
}

/** This version is not to be used: it failed its self-test. The message says at which step. */
export class UnfitVersionError extends Error {
  readonly code = "ytdlp_unfit";
  /** The run of it that failed; undefined: it ran, and did the wrong thing. */
  readonly run: FailedRun | undefined;

  constructor(message: string, run?: FailedRun) {
    super(message);
    this.run = run;
  }
}
