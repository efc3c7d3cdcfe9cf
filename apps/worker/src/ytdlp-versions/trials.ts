import type { YtdlpResult, YtdlpVersionRow } from "@dwld/queue";
import type { FailureClass } from "../failure/failure-class.ts";
import { watchMs } from "./judge.ts";
import { rowOf } from "./version-states.ts";

/** The part of a version in a comparison, from the newest to the oldest. */
const roles = ["candidate", "current", "previous"] as const;
export type Role = (typeof roles)[number];

/** A version in its part. */
export type Trial = { readonly version: string; readonly role: Role };

/** One of five attempts begins with the candidate. */
const candidateShare = 0.2;

/**
 * Returns the versions for an attempt: the first begins, and each further one tries the same link at once if those before were broken on it.
 * Pure.
 *
 * @param chance from 0 to 1: which attempts begin with the candidate.
 */
export function trialsOf(rows: readonly YtdlpVersionRow[], chance: number, now: number): Trial[] {
  const current = rowOf(rows, "current");
  if (current === undefined || rows.some(({ pinned }) => pinned === 1)) return [];
  const candidate = rowOf(rows, "candidate");
  const previous = now - current.since < watchMs ? rowOf(rows, "previous") : undefined;
  const beginsNew = candidate !== undefined && chance < candidateShare;
  return [
    ...(beginsNew ? [{ version: candidate.version, role: "candidate" } as const] : []),
    { version: current.version, role: "current" },
    ...(candidate !== undefined && !beginsNew ? [{ version: candidate.version, role: "candidate" } as const] : []),
    ...(previous === undefined ? [] : [{ version: previous.version, role: "previous" } as const]),
  ];
}

/** Failures that may be the fault of yt-dlp itself. Most are of the site or the link: the other version then fails, too. */
const suspect: ReadonlySet<FailureClass> = new Set([
  "extractor_broken",
  "unknown",
  "forbidden_media",
  "format_unavailable",
  "unsupported_url",
  "usage",
  "postprocess_failed",
]);

export function isSuspect(failureClass: FailureClass): boolean {
  return suspect.has(failureClass);
}

/**
 * Returns what an attempt says about versions. Pure.
 *
 * @param brokenBefore the versions that were broken on the same link just now.
 * @param ending how it ended; undefined: in a way that says nothing.
 */
export function resultsOf(
  { version, role }: Trial,
  brokenBefore: readonly Trial[],
  ending: "worked" | "broken" | undefined,
): YtdlpResult[] {
  if (ending === undefined) return [];
  if (ending === "broken") return [{ version, kind: "broken" }];
  const pairs = brokenBefore.flatMap((broken): YtdlpResult[] => {
    const newer = roles.indexOf(role) - roles.indexOf(broken.role);
    // Only neighbours are compared: the candidate and the current one, the current one and the way back.
    if (newer === 1) return [{ version: broken.version, kind: "worse" }];
    return newer === -1 ? [{ version, kind: "better" }] : [];
  });
  return [{ version, kind: "worked" }, ...pairs];
}
