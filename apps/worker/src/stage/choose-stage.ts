import { actionFor, type FailureClass } from "../failure/failure-class.ts";

/** An attempt that was counted: interruptions are none. */
export type PastAttempt = { stage: string; failureClass: FailureClass };

export type StageLimits = {
  /** Attempts in all, over all stages, until the task fails. */
  maxAttempts: number;
};

export type StageChoice =
  | { next: "attempt"; stage: string; waitMs: number }
  | { next: "end"; why: "final" | "no_stage_left" | "too_many_attempts" };

/** Pauses before the same stage is tried again, when the trouble is passing. */
const repeatPausesMs = [5000, 60_000, 300_000];

/** Between two stages, so that a site does not see a burst. */
const nextStagePauseMs = 1000;

/**
 * What to do now, from what has happened in this round. Pure: the same history gives the same choice, but for the
 * jitter, which is handed in.
 *
 * @param stages in their order of preference; at least one.
 * @param random from 0 up to 1.
 */
export function chooseStage(
  stages: readonly [string, ...string[]],
  history: readonly PastAttempt[],
  limits: StageLimits,
  random: number,
): StageChoice {
  const last = history.at(-1);
  if (last === undefined) return { next: "attempt", stage: stages[0], waitMs: 0 };
  const action = actionFor(last.failureClass);
  if (action === "stop") return { next: "end", why: "final" };
  if (history.length >= limits.maxAttempts) return { next: "end", why: "too_many_attempts" };
  const repeats = countTail(history, last);
  const pauseMs = repeatPausesMs[repeats - 1];
  if (action === "repeat" && pauseMs !== undefined && stages.includes(last.stage))
    return { next: "attempt", stage: last.stage, waitMs: jittered(pauseMs, random) };
  const tried = new Set(history.map(({ stage }) => stage));
  const untried = stages.find((stage) => !tried.has(stage));
  if (untried === undefined) return { next: "end", why: "no_stage_left" };
  return { next: "attempt", stage: untried, waitMs: jittered(nextStagePauseMs, random) };
}

/** How many attempts in a row, at the end, were of the same stage and failed in the same way. */
function countTail(history: readonly PastAttempt[], last: PastAttempt): number {
  const different = history.findLastIndex(
    ({ stage, failureClass }) => stage !== last.stage || failureClass !== last.failureClass,
  );
  return history.length - 1 - different;
}

/** Half fixed, half random: tasks that failed together do not come back together. */
function jittered(pauseMs: number, random: number): number {
  return Math.round(pauseMs * (0.5 + random / 2));
}
