import { type Configuration, emptyStage, settingsOf } from "@dwld/daemon";
import type { StagePlan } from "./plan-attempt.ts";
import { stageTraits } from "./stage-traits.ts";

/**
 * Returns the stages of a site, in the configuration's order, without those that this machine cannot run. If none is left,
 * yt-dlp without further settings stands in: a link is tried, not refused for a missing file.
 *
 * @param missing names of stages that cannot run.
 * @param cookieFiles usable files of each pool, by the pool's path.
 */
export function siteStages(
  configuration: Configuration,
  site: string,
  missing: ReadonlySet<string>,
  cookieFiles: ReadonlyMap<string, readonly string[]>,
): [StagePlan, ...StagePlan[]] {
  const { stages } = configuration;
  const planOf = (name: string): StagePlan => {
    const settings = stages[name] ?? emptyStage;
    const { cookies } = settings;
    const files = cookies === undefined ? [] : (cookieFiles.get(cookies) ?? []);
    return { name, settings, traits: stageTraits(settings), cookieFiles: files };
  };
  const [first, ...rest] = settingsOf(configuration, site)
    .stages.filter((name) => !missing.has(name))
    .map(planOf);
  return first === undefined ? [planOf("default")] : [first, ...rest];
}
