import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Site, SiteBreaker, type StageResult } from "@dwld/rpc";
import { localText } from "./local-text.ts";
import { oneLine } from "@dwld/text";
import { padText } from "./fit-text.ts";
import { spanText, untilText } from "./quantities.ts";

/** Returns a line for each site, and below it one for each stage. Unused sites are only counted, unless `all`. */
export function sitesPage(sites: readonly Site[], nowMs: number, all = true): string[] {
  const told = all ? sites : sites.filter(hasSomethingToSay);
  const untold = sites.length - told.length;
  const count = untold === 1 ? "1 site was" : `${untold} sites were`;
  return [
    ...told.flatMap((site) => [siteLine(site, nowMs), ...site.stages.map((result) => `  ${stageLine(result, nowMs)}`)]),
    ...(untold === 0 ? [] : [`${count} not used yet (dwld sites --all)`]),
    ...(sites.length === 0 ? ["no site yet: no link was added"] : []),
  ];
}

/** Whether a site was used, is in use, has due tasks, or is paused. */
function hasSomethingToSay({ breaker, stages, runningCount, dueCount }: Site): boolean {
  return stages.length > 0 || runningCount > 0n || dueCount > 0n || breaker !== SiteBreaker.CLOSED;
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
      const until = pausedUntil === undefined ? "" : untilText(timestampMs(pausedUntil), nowMs);
      return `${["paused", until].filter((part) => part !== "").join(" ")}, pause ${pauseLevel} in a row`;
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
