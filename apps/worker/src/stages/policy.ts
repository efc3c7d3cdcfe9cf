import { type Change, remedyFor } from "./remedy.ts";
import type { FailureClass } from "../failure/failure-class.ts";

/** The remedy of a class as a person reads it. choose-stage.ts chooses the next attempt by the remedy itself. */
export type FailurePolicy = {
  /** The task ends at once: nothing that dwld can do helps. */
  readonly final: boolean;
  /** Pauses before the same stage is tried again, ms, one for each failure in a row. */
  readonly againAfterMs: readonly number[];
  /** It waits for as long as it takes: for a premiere, a cooldown of the site, space on the disk. */
  readonly waits: boolean;
  /** After that, another stage that differs in one of these is tried, the earlier ones first. */
  readonly changes: readonly Change[];
  /** The site's other tasks pause too. */
  readonly sitePause:
    | {
        /** At each such failure, or at several in a row: one video that wants a login does not make a site that does. */
        readonly at: "each" | "several";
        readonly firstMs: number;
        /** The pause doubles with each in a row, up to this. */
        readonly longestMs: number;
      }
    | undefined;
  /** The operator is told: it does not pass by itself, or comes back for every video. */
  readonly operator: boolean;
};

/** Returns the policy of a class, from the table of remedies. */
export function policyFor(failureClass: FailureClass): FailurePolicy {
  const { againAfterMs, endless, changes, site, siteBaseMs, siteMaxMs } = remedyFor(failureClass);
  return {
    final: againAfterMs.length === 0 && changes.length === 0,
    againAfterMs,
    waits: endless,
    changes,
    sitePause:
      site === undefined
        ? undefined
        : { at: site === "pause" ? "each" : "several", firstMs: siteBaseMs, longestMs: siteMaxMs },
    operator: operators.has(failureClass),
  };
}

const operators: ReadonlySet<FailureClass> = new Set([
  "cookies_stale",
  "extractor_broken",
  "proxy_error",
  "disk_full",
  "permission",
  "ffmpeg_missing",
  "usage",
]);

/** Added to the start of a premiere: they begin a little late. */
const lateStartMs = 2 * 60_000;

/** Returns when to try again after the site named a time; milliseconds since the epoch. */
export function whenToRetry(failureClass: FailureClass, retryAtMs: number): number {
  return failureClass === "not_started" ? retryAtMs + lateStartMs : retryAtMs;
}
