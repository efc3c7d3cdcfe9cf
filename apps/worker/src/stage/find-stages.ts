import type { WorkerContext } from "../worker-context.ts";
import { type LeftOut, leftOutStages } from "./available-stages.ts";
import { siteStages } from "./site-stages.ts";
import { gatherStageFacts } from "./stage-facts.ts";

type Parts = Pick<WorkerContext, "configuration" | "capabilities" | "cookies" | "environment" | "logger">;

/**
 * Finds the stages of a site that this machine can run. It looks each time: cookies and programs come and go while the
 * worker runs. What is left out is logged once, in one line, and again only where it has changed.
 */
export function createStageFinder(parts: Parts): WorkerContext["stages"] {
  const { configuration, logger } = parts;
  let told = new Map<string, string>();
  const tell = (leftOut: readonly LeftOut[]): void => {
    const now = new Map(leftOut.map(({ stage, reason }) => [stage, reason]));
    const added = [...now].filter(([stage, reason]) => told.get(stage) !== reason);
    const back = [...told.keys()].filter((stage) => !now.has(stage));
    told = now;
    if (added.length > 0) logger.info({ left_out: Object.fromEntries(added) }, "stages left out");
    if (back.length > 0) logger.info({ stages: back }, "stages that were left out can be tried again");
  };
  return async (site) => {
    const leftOut = leftOutStages(configuration.stages, await gatherStageFacts(parts));
    tell(leftOut);
    return siteStages(configuration, site, new Set(leftOut.map(({ stage }) => stage)));
  };
}
