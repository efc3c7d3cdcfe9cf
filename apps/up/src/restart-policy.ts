import { backoffMs } from "@dwld/timing";
import type { Exit } from "./guarded-child.ts";

/** The runs of one app so far. */
export type RunHistory = {
  /** Ends in a row after runs shorter than `wellMs`. */
  readonly crashes: number;
  /** A run has lasted for `wellMs`. */
  readonly hasRunWell: boolean;
};

export type Verdict =
  | { readonly next: "start again"; readonly afterMs: number; readonly history: RunHistory }
  | { readonly next: "give up" };

export const noRuns: RunHistory = { crashes: 0, hasRunWell: false };

/** An app that ran this long had what it needs, ms. */
export const wellMs = 10_000;

const backoff = { firstMs: 100, longestMs: 5000 };

/**
 * Exit statuses of an app that can never run: wrong command line, damaged task table (EX_DATAERR), wrong configuration
 * (EX_CONFIG).
 */
const cannotRun: readonly (number | undefined)[] = [2, 65, 78];

/** EX_UNAVAILABLE: an address of the app is taken. */
const addressRefused = 69;

/**
 * Decides what follows from the unexpected end of an app. After a signal (also of the out-of-memory killer) or a failure it
 * is restarted, after a pause that doubles with each crash in a row. A status of `cannotRun` ends `dwld up`, however long
 * the app ran. A taken address ends it at the first start only: later, the app gets it back when its holder is gone.
 */
export function afterEnd({ exitCode, signal }: Exit, ranMs: number, before: RunHistory): Verdict {
  const ranWell = ranMs >= wellMs;
  const history = { crashes: ranWell ? 1 : before.crashes + 1, hasRunWell: ranWell || before.hasRunWell };
  if (signal === undefined) {
    if (cannotRun.includes(exitCode)) return { next: "give up" };
    if (exitCode === addressRefused && !history.hasRunWell) return { next: "give up" };
  }
  const afterMs = backoffMs(backoff, history.crashes);
  return { next: "start again", afterMs, history };
}
