import type { SiteVerdict } from "@dwld/queue";
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

export type Stage = { readonly name: string; readonly traits: StageTraits };

/** An attempt of this round that failed; interruptions are none. */
export type PastAttempt = {
  readonly stage: string;
  readonly failureClass: FailureClass;
  /** Milliseconds since the epoch. */
  readonly endedAtMs: number;
};

export type StageLimits = {
  /** Attempts that count, over all stages, until the task fails. */
  readonly maxAttempts: number;
  /** From the first attempt's end. */
  readonly maxTotalMs: number;
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
 * @param stages in their order of preference; at least one.
 */
export function chooseStage(
  stages: readonly [Stage, ...Stage[]],
  history: readonly PastAttempt[],
  limits: StageLimits,
  now: Now,
): StageChoice {
  const last = history.at(-1);
  const [first] = stages;
  if (last === undefined) return { next: "attempt", stage: first.name, atMs: now.nowMs };
  const remedy = remedyFor(last.failureClass);
  const verdict = siteVerdict(remedy, last.failureClass, now);
  const site = verdict === undefined ? {} : { site: verdict };
  const over = boundReached(history, limits, now.nowMs);
  if (over !== undefined) return { next: "end", why: over, ...site };

  const tried = new Set(history.map(({ stage }) => stage));
  const from = stages.find(({ name }) => name === last.stage)?.traits ?? first.traits;
  const other = remedy.changes
    .map((change) => stages.find(({ name, traits }) => !tried.has(name) && makesChange(change, from, traits)))
    .find((stage) => stage !== undefined);
  const pauseMs = againPause(remedy, history, last);
  // A site that wants a rest gets another look after it; else patience comes before variety.
  if (pauseMs !== undefined && (remedy.site === undefined || other === undefined)) {
    const atMs = now.retryAtMs ?? now.nowMs + jittered(pauseMs, now.random);
    return { next: "attempt", stage: last.stage, atMs: Math.max(atMs, now.nowMs), ...site };
  }
  if (other !== undefined)
    return {
      next: "attempt",
      stage: other.name,
      atMs: now.nowMs + jittered(nextStagePauseMs, now.random),
      ...site,
    };
  return { next: "end", why: remedy.changes.length === 0 ? "final" : "no_stage_left", ...site };
}

/** A premiere does not count, and neither does a site's rest: only time bounds them. */
function boundReached(
  history: readonly PastAttempt[],
  { maxAttempts, maxTotalMs }: StageLimits,
  nowMs: number,
): "too_many_attempts" | "too_long" | undefined {
  const counted = history.filter(({ failureClass }) => remedyFor(failureClass).counts);
  if (counted.length >= maxAttempts) return "too_many_attempts";
  const startedAtMs = history[0]?.endedAtMs ?? nowMs;
  return nowMs - startedAtMs > maxTotalMs ? "too_long" : undefined;
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

/** Full jitter over the upper half: tasks that failed together do not come back together, and none comes at once. */
function jittered(pauseMs: number, random: number): number {
  return Math.round(pauseMs * (0.5 + random / 2));
}
