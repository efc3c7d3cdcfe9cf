import { backoffMs } from "@dwld/timing";
import type { Exit } from "./guarded-child.ts";

/** How the runs of one app have gone so far. */
export type RunHistory = {
  /** Ends in a row, none of which came after a run of `wellMs`. */
  readonly deaths: number;
  /** Some run has lasted for `wellMs`. */
  readonly hasRunWell: boolean;
};

export type Verdict =
  | { readonly next: "start again"; readonly afterMs: number; readonly history: RunHistory }
  | { readonly next: "give up" };

export const noRuns: RunHistory = { deaths: 0, hasRunWell: false };

/** An app that ran for so long had what it needs. */
export const wellMs = 10_000;

const backoff = { firstMs: 100, longestMs: 5000 };

/**
 * Exit statuses that say "it cannot run, whenever it is tried": a wrong command line, a damaged task table
 * (EX_DATAERR), a wrong configuration (EX_CONFIG).
 */
const cannotRun: readonly (number | undefined)[] = [2, 65, 78];

/** EX_UNAVAILABLE: an address that the app is to listen on is not to be had. */
const addressRefused = 69;

/**
 * What follows from the end of an app that nobody asked to end. A signal (the out-of-memory killer's too) and a failure
 * are reasons to start it again, after a pause that doubles with each death in a row; a status that says that it cannot
 * run is a reason to give up, however long it ran. An address that is taken is one at the first start only: an app that
 * had it before gets it back when whatever holds it is gone. Pure.
 */
export function afterEnd({ exitCode, signal }: Exit, ranMs: number, before: RunHistory): Verdict {
  const ranWell = ranMs >= wellMs;
  const history = { deaths: ranWell ? 1 : before.deaths + 1, hasRunWell: ranWell || before.hasRunWell };
  if (signal === undefined) {
    if (cannotRun.includes(exitCode)) return { next: "give up" };
    if (exitCode === addressRefused && !history.hasRunWell) return { next: "give up" };
  }
  const afterMs = backoffMs(backoff, history.deaths);
  return { next: "start again", afterMs, history };
}
