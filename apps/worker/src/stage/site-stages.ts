import { type Configuration, emptyStage } from "@dwld/daemon";
import { type StagePlan, siteSettings } from "./plan-attempt.ts";
import { stageTraits } from "./stage-traits.ts";

/**
 * The stages of a site, in the configuration's order, without those that this machine cannot run. Where none is left,
 * yt-dlp without further settings stands in: a link is tried, not refused for a missing file.
 *
 * @param missing stages that cannot be run, by name.
 */
export function siteStages(
  configuration: Configuration,
  site: string,
  missing: ReadonlySet<string>,
): [StagePlan, ...StagePlan[]] {
  const plans = siteSettings(configuration, site)
    .stages.filter((name) => !missing.has(name))
    .map((name) => planOf(name, configuration));
  const [first, ...rest] = plans;
  return first === undefined ? [planOf("default", configuration)] : [first, ...rest];
}

function planOf(name: string, { stages }: Configuration): StagePlan {
  const settings = stages[name] ?? emptyStage;
  return { name, settings, traits: stageTraits(settings) };
}
