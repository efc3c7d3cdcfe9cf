import type { MessageInitShape } from "@bufbuild/protobuf";
import type { SiteRow, StageResultRow } from "@dwld/queue";
import { type PausedSiteSchema, SiteBreaker, type SiteSchema, type StageResultSchema } from "@dwld/rpc";
import { failureClassOf } from "./failure-class.ts";
import { localizedTexts } from "./localized-text.ts";
import { inEachLanguage } from "./languages/languages.ts";
import { wireTime } from "./wire-values.ts";

/** Converts a site and its results by stage. */
export function siteMessage(
  site: SiteRow,
  results: readonly StageResultRow[],
  nowMs: number,
): MessageInitShape<typeof SiteSchema> {
  const breaker = breakerOf(site, nowMs);
  return {
    name: site.name,
    dueCount: BigInt(site.due),
    runningCount: BigInt(site.running),
    ...(site.parallel === null ? {} : { parallel: site.parallel }),
    breaker,
    ...(breaker === SiteBreaker.OPEN ? { pausedUntil: wireTime(site.paused_until) } : {}),
    pauseClass: failureClassOf(site.pause_reason),
    pauseText: localizedTexts(
      site.pause_reason === "" ? undefined : inEachLanguage((language) => language.pause(site.pause_reason)),
    ),
    pauseLevel: site.pause_level,
    stages: results.map(stageResultMessage),
  };
}

export function pausedSiteMessage(site: SiteRow): MessageInitShape<typeof PausedSiteSchema> {
  return {
    site: site.name,
    pausedUntil: wireTime(site.paused_until),
    failureClass: failureClassOf(site.pause_reason),
    text: localizedTexts(inEachLanguage((language) => language.pause(site.pause_reason))),
  };
}

function breakerOf(site: SiteRow, nowMs: number): SiteBreaker {
  if (site.paused_until > nowMs) return SiteBreaker.OPEN;
  return site.pause_level > 0 ? SiteBreaker.HALF_OPEN : SiteBreaker.CLOSED;
}

function stageResultMessage(result: StageResultRow): MessageInitShape<typeof StageResultSchema> {
  return {
    stage: result.stage,
    successCount: BigInt(result.successes),
    failureCount: BigInt(result.failures),
    ...(result.succeeded_at === null ? {} : { lastSuccessTime: wireTime(result.succeeded_at) }),
    ...(result.failed_at === null ? {} : { lastFailureTime: wireTime(result.failed_at) }),
  };
}
