import type { CookieFileRow } from "@dwld/queue";
import type { FailureClass } from "../failure/failure-class.ts";

/** What a run said about the cookies it was given; other failures say nothing about them. */
export type CookieOutcome = "succeeded" | "refused" | "expired";

/** How a run ended; without a class where it was interrupted. */
export type CookieResult = { readonly succeeded: boolean; readonly failureClass?: FailureClass };

export function cookieOutcome(result: CookieResult): CookieOutcome | undefined {
  if (result.succeeded) return "succeeded";
  if (result.failureClass === "cookies_stale") return "expired";
  return result.failureClass === "login_required" ? "refused" : undefined;
}

/** So many videos in a row that want another account, and it is the account that has gone. */
const refusalsOfProvenCookies = 3;

/**
 * What is on record after a run. Pure.
 *
 * Cookies that the site calls expired, and those that got us nothing where a login was wanted, are set aside. Cookies
 * that have worked since they last changed are believed longer: a video for members alone wants another account, and
 * says so in the same words.
 *
 * @param known for this path; the same object comes back where nothing changes.
 * @param stamp of the content that the run was given.
 */
export function judgeCookies(
  known: CookieFileRow | undefined,
  file: { path: string; stamp: string },
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

/** Whether what is on record speaks against using a file as it is now. */
export function isSetAside(known: CookieFileRow | undefined, stamp: string): known is CookieFileRow {
  return known?.stamp === stamp && known.set_aside_at !== null;
}
