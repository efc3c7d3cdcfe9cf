import type { Configuration, Logger } from "@dwld/daemon";
import { type LeftOut, leftOutSentence, leftOutStages } from "./available-stages.ts";
import type { StagePlan } from "./plan-attempt.ts";
import { siteStages } from "./site-stages.ts";
import { gatherStageFacts, type StageEnvironment } from "./stage-facts.ts";

/** Returns the stages of a site that this machine can run, in the configuration's order. */
export type StageFinder = (site: string) => Promise<[StagePlan, ...StagePlan[]]>;

/**
 * Creates a finder that looks anew each time, since cookies, programs and settings come and go while the worker runs. It logs
 * the stages that are left out in one line, and again only when they change.
 */
export function createStageFinder(
  parts: StageEnvironment & { configuration: Configuration; logger: Logger },
): StageFinder {
  const { logger } = parts;
  let logged: readonly LeftOut[] = [];
  const log = (leftOut: readonly LeftOut[]): void => {
    const has = (list: readonly LeftOut[], { stage, reason }: LeftOut) =>
      list.some((one) => one.stage === stage && one.reason === reason);
    const added = leftOut.filter((one) => !has(logged, one));
    const back = logged.filter(({ stage }) => !leftOut.some((one) => one.stage === stage));
    logged = leftOut;
    if (added.length > 0) logger.info({ left_out: added }, leftOutSentence(leftOut));
    if (back.length > 0)
      logger.info({ stages: back.map(({ stage }) => stage) }, "stages that were left out can be tried again");
  };
  return async (site) => {
    const { configuration } = parts;
    const facts = await gatherStageFacts({ ...parts, configuration });
    const leftOut = leftOutStages(configuration.stages, facts);
    log(leftOut);
    return siteStages(configuration, site, new Set(leftOut.map(({ stage }) => stage)), facts.cookieFiles);
  };
}
