import type { Beyond, DownloadedFile, DownloadWork, MediaFacts, Texts } from "@dwld/queue";
import type { TakenCookies } from "../cookies/cookie-store.ts";
import type { Shortage } from "../disk/disk-admission.ts";
import type { FailureClass } from "../failure/failure-class.ts";
import type { Defect } from "../media/check-media.ts";
import type { StagePlan } from "../stages/plan-attempt.ts";
import type { Workdir } from "../workdir/workdir.ts";
import type { Trial } from "../ytdlp-versions/trials.ts";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import type { RunState } from "../ytdlp/run-state.ts";
import type { YtdlpExit } from "../ytdlp/run-ytdlp.ts";
import type { AttemptRecord } from "./attempt-record.ts";
import type { DownloadProgress } from "./progress.ts";
import type { AttemptThumbnail } from "./thumbnail.ts";

/** An attempt that has begun. */
export type Attempt = {
  work: DownloadWork;
  workdir: Workdir;
  plan: StagePlan;
  ytdlp: Capabilities;
  record: AttemptRecord;
  cookies: TakenCookies | undefined;
  progress: DownloadProgress;
  thumbnail: AttemptThumbnail;
  /** Absent: it says nothing about versions of yt-dlp. */
  trial?: Trial;
  /** The versions that were broken on its link just now. */
  brokenBefore: readonly Trial[];
};

/** Why a run, or what it made, is no success. */
export type Failure = {
  failureClass: FailureClass;
  /** The line that decided. */
  line: string;
  /** When the site said that another try makes sense, milliseconds since the epoch. */
  retryAtMs?: number;
  /** The run was ended for this lack of space. */
  shortage?: Shortage;
};

/** A download that was verified. */
export type Download = {
  files: DownloadedFile[];
  media: MediaFacts;
  /** How it differs from the request without being defective; undefined: not at all. */
  remark: Texts | undefined;
  /** Present if it is not what was asked for, and better than nothing. */
  defect?: Defect;
};

/** The result of an attempt, with the run that made it. */
export type Result = { exit: YtdlpExit; state: RunState } & (
  | ({ result: "downloaded" } & Download)
  | { result: "expanded"; title: string; entries: readonly { link: string; title: string }[]; beyond?: Beyond }
  | { result: "failed"; failure: Failure }
);
