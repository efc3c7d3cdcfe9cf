import { type Metrics, oneOf, Recent, workBounds } from "@dwld/daemon";
import type { EndedAttempt } from "@dwld/queue";
import { isFailureClass } from "../failure/failure-class.ts";

/** Versions of yt-dlp that have series of their own: those that stages pin, and the ones before and after an update. */
const versions = 4;

/** @param tookMs from its record to its end. */
export type CountAttempt = (attempt: EndedAttempt, facts: { site: string; tookMs: number }) => void;

type Known = { readonly sites: object; readonly stages: object };

/**
 * Returns what counts an attempt that has ended. Sites that the configuration does not name are one, since anybody who may add a
 * link names one.
 *
 * @param known returns the configuration as it is now.
 */
export function countAttempts(metrics: Metrics, known: () => Known): CountAttempt {
  const attempts = metrics.counter(
    "dwld_attempts_total",
    "Attempts that have ended; class: succeeded, interrupted, or that of the failure (docs/failures.md).",
    ["site", "stage", "class", "ytdlp_version"],
  );
  const bytes = metrics.counter("dwld_downloaded_bytes_total", "Bytes that attempts had downloaded at their end.", [
    "site",
  ]);
  const durations = metrics.histogram("dwld_attempt_duration_seconds", "Time of attempts.", {
    bounds: workBounds,
    labels: ["outcome"],
  });
  const siteOf = oneOf((site) => Object.hasOwn(known().sites, site));
  const stageOf = oneOf((stage) => Object.hasOwn(known().stages, stage));
  const seen = new Recent(versions, (old) => {
    attempts.forget("ytdlp_version", old);
  });
  return ({ row, result }, { site: asked, tookMs }) => {
    const site = siteOf(asked);
    const { outcome, failure, downloadedBytes } = result;
    attempts.add({
      ...{ site, stage: stageOf(row.stage), ytdlp_version: seen.see(row.ytdlp_version) },
      // Another version of yt-dlp may try the link at once after this one was broken on it.
      class: failure === undefined && outcome !== "failed" ? outcome : classOf(failure?.failureClass),
    });
    bytes.add({ site }, downloadedBytes);
    durations.observe({ outcome }, tookMs / 1000);
  };
}

function classOf(failureClass = ""): string {
  return isFailureClass(failureClass) ? failureClass : "unknown";
}
