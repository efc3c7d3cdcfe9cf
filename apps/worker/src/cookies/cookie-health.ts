import type { CookieFileRow } from "@dwld/queue";
import type { FailureClass } from "../failure/failure-class.ts";

/** The verdict of a run on its cookies. Other failures say nothing about them. */
export type CookieOutcome = "succeeded" | "refused" | "expired";

/** How a run ended; without a class if it was interrupted. */
export type CookieResult = { readonly succeeded: boolean; readonly failureClass?: FailureClass };

export function cookieOutcome(result: CookieResult): CookieOutcome | undefined {
  if (result.succeeded) return "succeeded";
  if (result.failureClass === "cookies_stale") return "expired";
  return result.failureClass === "login_required" ? "refused" : undefined;
}

/** Refusals in a row after which proven cookies count as expired, and not the videos as another account's. */
const refusalsOfProvenCookies = 3;

/**
 * Returns the record of a cookie file after a run. Pure.
 *
 * Sets cookies aside if the site calls them expired, or wants a login all the same. Cookies that have worked since they
 * last changed get more tries: a video for members alone wants another account, and says so in the same words.
 *
 * @param known the record of this path; returned itself if nothing changes.
 * @param file.stamp stamp of the content that the run was given.
 */
export function judgeCookies(
  known: CookieFileRow | undefined,
  file: { host: string; path: string; stamp: string },
  outcome: CookieOutcome,
  now: number,
): CookieFileRow {
  const before = known?.stamp === file.stamp ? known : undefined;
  if (outcome === "succeeded") {
    if (before !== undefined && before.succeeded_at !== null && before.refusals === 0 && before.set_aside_at === null)
      return before;
    return { ...file, succeeded_at: now, refusals: 0, set_aside_at: null, failure_class: "" };
  }
  const refusals = (before?.refusals ?? 0) + 1;
  const proven = (before?.succeeded_at ?? null) !== null;
  const over = outcome === "expired" || !proven || refusals >= refusalsOfProvenCookies;
  return {
    ...file,
    succeeded_at: before?.succeeded_at ?? null,
    refusals,
    set_aside_at: over ? (before?.set_aside_at ?? now) : null,
    failure_class: outcome === "expired" ? "cookies_stale" : "login_required",
  };
}

/** Returns whether a file is set aside with its present content. */
export function isSetAside(known: CookieFileRow | undefined, stamp: string): known is CookieFileRow {
  return known?.stamp === stamp && known.set_aside_at !== null;
}
