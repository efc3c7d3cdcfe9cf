import type { Capabilities } from "../ytdlp/capabilities.ts";
import type { Trial } from "./trials.ts";

/** A yt-dlp for an attempt. Without a trial, its results say nothing about versions. */
export type TriedYtdlp = { readonly ytdlp: Capabilities; readonly trial?: Trial };

/** Returns the yt-dlps for an attempt by the name in its stage, in the order in which they try its link. */
export type YtdlpsForAttempt = (name?: string) => Promise<[TriedYtdlp, ...TriedYtdlp[]]>;
