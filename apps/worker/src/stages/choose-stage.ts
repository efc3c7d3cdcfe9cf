import type { SiteVerdict } from "@dwld/queue";
import { jittered } from "@dwld/timing";
import type { FailureClass } from "../failure/failure-class.ts";
import { type Change, type Remedy, remedyFor } from "./remedy.ts";

/** What a stage does differently from others. */
export type StageTraits = {
  readonly cookies: boolean;
  readonly proxy: boolean;
  /** The player client, user agent or impersonation; undefined: yt-dlp's own. */
  readonly client: string | undefined;
  readonly format: boolean;
  readonly embedding: boolean;
  /** The yt-dlp it names; undefined: the usual one. */
  readonly ytdlp: string | undefined;
};

export type Stage = {
  readonly name: string;
  readonly traits: StageTraits;
  /** The files of its pool that can be used now; empty where it has none. */
  readonly cookieFiles: readonly string[];
};

/** An attempt of this round that failed; interruptions are none. */
export type PastAttempt = {
  readonly stage: string;
  /** Of its stage, which may have gone since with what it needs. */
  readonly traits: StageTraits;
  readonly failureClass: FailureClass;
  /** It had a copy of this one; undefined: of none. */
  readonly cookieFile: string | undefined;
  /** yt-dlp was content with what came, and we were not. */
  readonly arrived: boolean;
};

/** See downloadBounds of the queue. */
export type Bounds = {
  readonly attemptCount: number;
  readonly attemptLimit: number;
  /** Milliseconds since the epoch; undefined where nothing has failed yet. */
  readonly giveUpAtMs: number | undefined;
};

export type Now = {
  readonly nowMs: number;
  /** From 0 up to 1. */
  readonly random: number;
  /** Named by the text of the last failure: a premiere's start, the end of a limit. */
  readonly retryAtMs?: number | undefined;
};

export type StageChoice =
  | {
      readonly next: "attempt";
      readonly stage: string;
      /** Not before, in milliseconds since the epoch. */
      readonly atMs: number;
      readonly site?: SiteVerdict;
      /** The total time counts from here on: the site named a time that lies behind its end. */
      readonly triedSinceMs?: number;
    }
  | {
      readonly next: "end";
      readonly why: "final" | "no_stage_left" | "too_many_attempts" | "too_long";
      readonly site?: SiteVerdict;
    };

/** Between two stages, so that a site does not see a burst. */
const nextStagePauseMs = 1000;

/**
 * What to do now, from what has happened in this round. Pure: clock and chance are handed in.
 *
 * The class of the last failure decides: the same stage again after a pause, a stage not yet tried that does
 * differently what the failure is about, a rest for the whole site, or the end. Two bounds hold above that.
 *
 * A stage is tried once in a round. One whose cookies were set aside has not been tried while its pool has another file.
 *
 * @param stages in their order of preference; at least one.
 */
export function chooseStage(
  stages: readonly [Stage, ...Stage[]],
  history: readonly PastAttempt[],
  bounds: Bounds,
  now: Now,
): StageChoice {
  const last = history.at(-1);
  const [first] = stages;
  if (last === undefined) return { next: "attempt", stage: first.name, atMs: now.nowMs };
  const remedy = remedyFor(last.failureClass);
  const verdict = siteVerdict(remedy, last.failureClass, now);
  const site = verdict === undefined ? {} : { site: verdict };
  const over = boundReached(bounds, now.nowMs);
  if (over !== undefined) return { next: "end", why: over, ...site };

  const soonMs = now.nowMs + jittered(nextStagePauseMs, 0.5, now.random);
  // Our cookies were no good, which says nothing about the site.
  const sameWithOthers = stages.find((stage) => stage.name === last.stage && hasOtherCookies(stage, history));
  if (sameWithOthers !== undefined) return { next: "attempt", stage: last.stage, atMs: soonMs };
  const isUntried = (stage: Stage) =>
    !history.some((past) => past.stage === stage.name) || hasOtherCookies(stage, history);
  const other = remedy.changes
    .map((change) => stages.find((stage) => isUntried(stage) && makesChange(change, last.traits, stage.traits)))
    .find((stage) => stage !== undefined);
  // What comes short, and is the whole to yt-dlp, comes short again in the same way: variety before patience.
  const isShort = last.arrived && last.failureClass === "truncated" && other !== undefined;
  const pauseMs = isShort ? undefined : againPause(remedy, history, last);
  // A site that wants a rest gets another look after it; else patience comes before variety.
  if (pauseMs !== undefined && (remedy.site === undefined || other === undefined)) {
    const atMs = Math.max(now.retryAtMs ?? now.nowMs + jittered(pauseMs, 0.5, now.random), now.nowMs);
    return { next: "attempt", stage: last.stage, atMs, ...site, ...beyondPatience(bounds, now) };
  }
  if (other !== undefined) return { next: "attempt", stage: other.name, atMs: soonMs, ...site };
  return { next: "end", why: remedy.changes.length === 0 ? "final" : "no_stage_left", ...site };
}

function boundReached(
  { attemptCount, attemptLimit, giveUpAtMs = Infinity }: Bounds,
  nowMs: number,
): "too_many_attempts" | "too_long" | undefined {
  if (attemptCount >= attemptLimit) return "too_many_attempts";
  return nowMs > giveUpAtMs ? "too_long" : undefined;
}

/** A premiere in a week is waited for, however short our patience is with what fails. */
function beyondPatience({ giveUpAtMs = Infinity }: Bounds, { retryAtMs = 0 }: Now): { triedSinceMs?: number } {
  return retryAtMs > giveUpAtMs ? { triedSinceMs: retryAtMs } : {};
}

/** Failures that say of cookies that they are no good. */
const aboutCookies = new Set<FailureClass>(["login_required", "cookies_stale"]);

/** The file of its last attempt was set aside for what that attempt met, and the pool has one that was not tried. */
function hasOtherCookies({ name, cookieFiles }: Stage, history: readonly PastAttempt[]): boolean {
  const past = history.filter(({ stage }) => stage === name);
  const last = past.at(-1);
  if (last?.cookieFile === undefined || !aboutCookies.has(last.failureClass)) return false;
  const had = past.map(({ cookieFile }) => cookieFile);
  return !cookieFiles.includes(last.cookieFile) && cookieFiles.some((file) => !had.includes(file));
}

/** The pause before the same stage is tried again; undefined where it has had its turns. */
function againPause(remedy: Remedy, history: readonly PastAttempt[], last: PastAttempt): number | undefined {
  const different = history.findLastIndex(
    ({ stage, failureClass }) => stage !== last.stage || failureClass !== last.failureClass,
  );
  const inARow = history.length - 1 - different;
  return remedy.againAfterMs[inARow - 1] ?? (remedy.endless ? remedy.againAfterMs.at(-1) : undefined);
}

function makesChange(change: Change, from: StageTraits, to: StageTraits): boolean {
  switch (change) {
    case "cookies":
      return to.cookies;
    case "no_cookies":
      return from.cookies && !to.cookies;
    case "proxy":
      return to.proxy;
    case "no_proxy":
      return from.proxy && !to.proxy;
    case "client":
      return from.client !== to.client;
    case "format":
      return from.format !== to.format;
    case "embedding":
      return from.embedding && !to.embedding;
    case "ytdlp":
      return from.ytdlp !== to.ytdlp;
    case "any":
      return true;
  }
}

function siteVerdict(remedy: Remedy, reason: FailureClass, { retryAtMs }: Now): SiteVerdict | undefined {
  const { siteBaseMs: baseMs, siteMaxMs: maxMs } = remedy;
  switch (remedy.site) {
    case "pause":
      return { verdict: "pause", reason, baseMs, maxMs, ...(retryAtMs === undefined ? {} : { untilMs: retryAtMs }) };
    case "login_wall":
      return { verdict: "login_wall", reason, baseMs, maxMs };
    case undefined:
      return answersAnyway.has(reason) ? { verdict: "answers" } : undefined;
  }
}

/** Failures in which the site has told us about the video, as it would tell anybody. */
const answersAnyway = new Set<FailureClass>([
  "gone",
  "private",
  "copyright_blocked",
  "geo_blocked",
  "drm",
  "not_started",
]);
