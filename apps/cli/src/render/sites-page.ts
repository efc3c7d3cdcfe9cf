import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Site, SiteBreaker, type StageResult } from "@dwld/rpc";
import { localText } from "./local-text.ts";
import { oneLine } from "@dwld/text";
import { padText } from "./fit-text.ts";
import { spanText, timeOfDayText } from "./quantities.ts";

/** A line a site, and below it a line a stage. */
export function sitesPage(sites: readonly Site[], nowMs: number): string[] {
  if (sites.length === 0) return ["no site yet: no link was added"];
  return sites.flatMap((site) => [
    siteLine(site, nowMs),
    ...site.stages.map((result) => `  ${stageLine(result, nowMs)}`),
  ]);
}

function siteLine(site: Site, nowMs: number): string {
  return [
    padText(oneLine(site.name), 20),
    breakerText(site, nowMs),
    `${site.runningCount} running${site.parallel === undefined ? "" : ` of ${site.parallel}`}, ${site.dueCount} waiting`,
    localText(site.pauseText),
  ]
    .filter((part) => part !== "")
    .join("  ");
}

function breakerText({ breaker, pausedUntil, pauseLevel }: Site, nowMs: number): string {
  switch (breaker) {
    case SiteBreaker.OPEN: {
      const untilMs = pausedUntil === undefined ? nowMs : timestampMs(pausedUntil);
      return `paused until ${timeOfDayText(untilMs)} (${spanText(untilMs - nowMs)}), pause ${pauseLevel} in a row`;
    }
    case SiteBreaker.HALF_OPEN:
      return "trying one link at a time after a pause";
    default:
      return "open for downloads";
  }
}

function stageLine({ stage, successCount, failureCount, lastSuccessTime }: StageResult, nowMs: number): string {
  const last =
    lastSuccessTime === undefined ? "never worked" : `worked ${spanText(nowMs - timestampMs(lastSuccessTime))} ago`;
  return `${padText(oneLine(stage), 18)}  ${successCount} succeeded, ${failureCount} failed, ${last}`;
}
