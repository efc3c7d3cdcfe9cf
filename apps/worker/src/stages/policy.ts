import { type Change, remedyFor } from "./remedy.ts";
import type { FailureClass } from "../failure/failure-class.ts";

/** What a failure of a class needs; how the next attempt is chosen from it stands in choose-stage.ts. */
export type FailurePolicy = {
  /** Nothing that dwld can do helps: the task ends at once. */
  readonly final: boolean;
  /** The same stage again: after these pauses in milliseconds, one for each failure in a row. */
  readonly againAfterMs: readonly number[];
  /** It waits for something to happen, for as long as it takes: a premiere, a pause of the site, room on the disk. */
  readonly waits: boolean;
  /** Then another stage that does one of these differently, the earlier ones first. */
  readonly changes: readonly Change[];
  /** The site's other tasks rest too. */
  readonly sitePause:
    | {
        /** At each such failure, or at several in a row: a video that wants a login need not be the site. */
        readonly at: "each" | "several";
        readonly firstMs: number;
        /** It doubles with each in a row, up to this. */
        readonly longestMs: number;
      }
    | undefined;
  /** A person who runs the server has to know: it does not pass by itself, or comes back for every video. */
  readonly operator: boolean;
};

/** The policy for each class, from the one table of remedies. */
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

/** Premieres begin a little late. */
const lateStartMs = 2 * 60_000;

/**
 * When to try again, where the site named a time, in milliseconds since the epoch.
 *
 * @param retryAtMs what the site named.
 */
export function whenToRetry(failureClass: FailureClass, retryAtMs: number): number {
  return failureClass === "not_started" ? retryAtMs + lateStartMs : retryAtMs;
}
