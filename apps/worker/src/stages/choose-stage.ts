import type { SiteVerdict } from "@dwld/queue";
import { jittered } from "@dwld/timing";
import type { FailureClass } from "../failure/failure-class.ts";
import { type Change, type Remedy, remedyFor } from "./remedy.ts";

/** How a stage differs from others. */
export type StageTraits = {
  readonly cookies: boolean;
  readonly proxy: boolean;
  /** Player client, user agent or impersonation; undefined: yt-dlp's own. */
  readonly client: string | undefined;
  readonly format: boolean;
  readonly embedding: boolean;
  /** The yt-dlp that it names; undefined: the default one. */
  readonly ytdlp: string | undefined;
};

export type Stage = {
  readonly name: string;
  readonly traits: StageTraits;
  /** Cookie files of its pool that can be used now; empty if it has none. */
  readonly cookieFiles: readonly string[];
};

/** A failed attempt of this round. Interrupted ones do not count. */
export type PastAttempt = {
  readonly stage: string;
  /** Traits of its stage, which may be unavailable by now. */
  readonly traits: StageTraits;
  readonly failureClass: FailureClass;
  /** The cookie file that it had a copy of. */
  readonly cookieFile: string | undefined;
  /** yt-dlp succeeded, and the verification failed. */
  readonly arrived: boolean;
};

/** See `downloadBounds` of the queue. */
export type Bounds = {
  readonly attemptCount: number;
  readonly attemptLimit: number;
  /** Milliseconds since the epoch; undefined if nothing has failed yet. */
  readonly giveUpAtMs: number | undefined;
};

export type Now = {
  readonly nowMs: number;
  /** From 0 up to 1. */
  readonly random: number;
  /** A time that the last failure named: the start of a premiere, the end of a limit. */
  readonly retryAtMs?: number | undefined;
};

export type StageChoice =
  | {
      readonly next: "attempt";
      readonly stage: string;
      /** Not before, in milliseconds since the epoch. */
      readonly atMs: number;
      readonly site?: SiteVerdict;
      /** The total time counts from here on, since the site named a time beyond its end. */
      readonly triedSinceMs?: number;
    }
  | {
      readonly next: "end";
      readonly why: "final" | "no_stage_left" | "too_many_attempts" | "too_long";
      readonly site?: SiteVerdict;
    };

/** Pause between two stages, ms, so that a site sees no burst. */
const nextStagePauseMs = 1000;

/**
 * Decides what comes next by what has happened in this round. Pure: clock and randomness are handed in.
 *
 * The class of the last failure decides: the same stage after a pause, an untried stage that changes what the failure is
 * about, a cooldown of the whole site, or the end. Two bounds hold in any case.
 *
 * A stage is tried once in a round. A stage whose cookies were set aside counts as untried while its pool has another
 * file.
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
  // Refused cookies say nothing about the site.
  const sameWithOthers = stages.find((stage) => stage.name === last.stage && hasOtherCookies(stage, history));
  if (sameWithOthers !== undefined) return { next: "attempt", stage: last.stage, atMs: soonMs };
  const isUntried = (stage: Stage) =>
    !history.some((past) => past.stage === stage.name) || hasOtherCookies(stage, history);
  const other = remedy.changes
    .map((change) => stages.find((stage) => isUntried(stage) && makesChange(change, last.traits, stage.traits)))
    .find((stage) => stage !== undefined);
  // A file that is short, and whole to yt-dlp, comes short again in the same way: another stage goes first.
  const isShort = last.arrived && last.failureClass === "truncated" && other !== undefined;
  const again = isShort ? undefined : tryAgain(remedy, rowOf(history, last), other !== undefined);
  // Usually the same stage is repeated first; after a cooldown of the site another stage goes first.
  if (again !== undefined && (remedy.cooldown === undefined || other === undefined)) {
    const atMs = Math.max(now.retryAtMs ?? now.nowMs + jittered(again.pauseMs, 0.5, now.random), now.nowMs);
    return { next: "attempt", stage: again.stage, atMs, ...site, ...beyondPatience(bounds, now) };
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

/** A premiere in a week is waited for, whatever the bound on the total time. */
function beyondPatience({ giveUpAtMs = Infinity }: Bounds, { retryAtMs = 0 }: Now): { triedSinceMs?: number } {
  return retryAtMs > giveUpAtMs ? { triedSinceMs: retryAtMs } : {};
}

/** Classes that say that the cookies were refused. */
const aboutCookies = new Set<FailureClass>(["login_required", "cookies_stale"]);

/** Returns whether a stage's last cookie file was set aside and its pool has an untried one. */
function hasOtherCookies({ name, cookieFiles }: Stage, history: readonly PastAttempt[]): boolean {
  const past = history.filter(({ stage }) => stage === name);
  const last = past.at(-1);
  if (last?.cookieFile === undefined || !aboutCookies.has(last.failureClass)) return false;
  const had = past.map(({ cookieFile }) => cookieFile);
  return !cookieFiles.includes(last.cookieFile) && cookieFiles.some((file) => !had.includes(file));
}

/** The last failures, all of one class. */
type Row = readonly [PastAttempt, ...PastAttempt[]];

function rowOf(history: readonly PastAttempt[], last: PastAttempt): Row {
  const different = history.findLastIndex(({ failureClass }) => failureClass !== last.failureClass);
  const [first = last, ...rest] = history.slice(different + 1);
  return [first, ...rest];
}

/** Returns the stage that is tried again, and the pause before it, ms; undefined if that was done often enough. */
function tryAgain(
  { againAfterMs, laterAfterMs, endless }: Remedy,
  row: Row,
  isStageLeft: boolean,
): { stage: string; pauseMs: number } | undefined {
  const [first] = row;
  const last = row.at(-1) ?? first;
  const stageCount = new Set(row.map(({ stage }) => stage)).size;
  const ofLast = row.length - 1 - row.findLastIndex(({ stage }) => stage !== last.stage);
  const repeated = laterAfterMs.length === 0 ? ofLast - 1 : row.length - stageCount;
  const pauseMs = againAfterMs[repeated] ?? (endless ? againAfterMs.at(-1) : undefined);
  if (pauseMs !== undefined) return { stage: last.stage, pauseMs };
  const laterMs = isStageLeft ? undefined : laterAfterMs[repeated - againAfterMs.length];
  return laterMs === undefined ? undefined : { stage: first.stage, pauseMs: laterMs };
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

function siteVerdict({ cooldown }: Remedy, reason: FailureClass, { retryAtMs }: Now): SiteVerdict | undefined {
  if (cooldown === undefined) return answersAnyway.has(reason) ? { verdict: "answers" } : undefined;
  const { verdict, firstMs: baseMs, longestMs: maxMs } = cooldown;
  if (verdict === "login_wall") return { verdict, reason, baseMs, maxMs };
  return { verdict, reason, baseMs, maxMs, ...(retryAtMs === undefined ? {} : { untilMs: retryAtMs }) };
}

/** Classes in which the site answered about the video, as it would answer anybody. */
const answersAnyway = new Set<FailureClass>([
  "gone",
  "private",
  "copyright_blocked",
  "geo_blocked",
  "drm",
  "not_started",
]);
