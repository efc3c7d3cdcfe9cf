import { type Configuration, emptyStage } from "@dwld/daemon";
import type { StagePlan } from "./plan-attempt.ts";
import { stageTraits } from "./stage-traits.ts";

/**
 * The stages of a site, in the configuration's order, without those that this machine cannot run. Where none is left,
 * yt-dlp without further settings stands in: a link is tried, not refused for a missing file.
 *
 * @param missing stages that cannot be run, by name.
 * @param cookieFiles what can be used of each pool, by its path.
 */
export function siteStages(
  configuration: Configuration,
  site: string,
  missing: ReadonlySet<string>,
  cookieFiles: ReadonlyMap<string, readonly string[]>,
): [StagePlan, ...StagePlan[]] {
  const { sites, defaultSite, stages } = configuration;
  const planOf = (name: string): StagePlan => {
    const settings = stages[name] ?? emptyStage;
    const { cookies } = settings;
    const files = cookies === undefined ? [] : (cookieFiles.get(cookies) ?? []);
    return { name, settings, traits: stageTraits(settings), cookieFiles: files };
  };
  // A host may be called "constructor".
  const own = Object.hasOwn(sites, site) ? sites[site] : undefined;
  const [first, ...rest] = (own ?? defaultSite).stages.filter((name) => !missing.has(name)).map(planOf);
  return first === undefined ? [planOf("default")] : [first, ...rest];
}
