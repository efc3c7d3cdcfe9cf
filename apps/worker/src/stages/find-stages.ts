import type { WorkerContext } from "../worker-context.ts";
import { type LeftOut, leftOutSentence, leftOutStages } from "./available-stages.ts";
import { siteStages } from "./site-stages.ts";
import { gatherStageFacts } from "./stage-facts.ts";

type Parts = Pick<WorkerContext, "configuration" | "capabilities" | "cookies" | "environment" | "logger">;

/**
 * Finds the stages of a site that this machine can run. It looks each time: cookies and programs come and go while the
 * worker runs. What is left out is logged once, in one line, and again only where it has changed.
 */
export function createStageFinder(parts: Parts): WorkerContext["stages"] {
  const { configuration, logger } = parts;
  let told: readonly LeftOut[] = [];
  const tell = (leftOut: readonly LeftOut[]): void => {
    const has = (list: readonly LeftOut[], { stage, reason }: LeftOut) =>
      list.some((one) => one.stage === stage && one.reason === reason);
    const added = leftOut.filter((one) => !has(told, one));
    const back = told.filter(({ stage }) => !leftOut.some((one) => one.stage === stage));
    told = leftOut;
    if (added.length > 0) logger.info({ left_out: added }, leftOutSentence(leftOut));
    if (back.length > 0)
      logger.info({ stages: back.map(({ stage }) => stage) }, "stages that were left out can be tried again");
  };
  return async (site) => {
    const facts = await gatherStageFacts(parts);
    const leftOut = leftOutStages(configuration.stages, facts);
    tell(leftOut);
    return siteStages(configuration, site, new Set(leftOut.map(({ stage }) => stage)), facts.cookieFiles);
  };
}
