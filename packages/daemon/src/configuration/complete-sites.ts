import { builtInDefaultStages, builtInSites } from "./built-in-sites.ts";
import type { ParsedConfiguration } from "./schema.ts";

/** How links of one site are treated, with every bound filled in. */
export type SiteSettings = {
  /** Empty for the default site. */
  readonly hosts: readonly string[];
  /** At least one, in order of preference. */
  readonly stages: readonly string[];
  /** Most downloads at once; absent if the worker's own number decides. */
  readonly parallel?: number;
  /** Least time between two starts; 0 for none. */
  readonly startIntervalSeconds: number;
  /** Attempts after which a task fails. */
  readonly maxAttempts: number;
  /** Time after the first attempt of a round at which a task fails. */
  readonly maxTotalHours: number;
};

/** How links of all other sites are treated. Its `parallel` holds for named sites that have none, too. */
export type DefaultSite = SiteSettings & { readonly parallel: number };

/** Returns the settings of a site, by its name. */
export function settingsOf(
  { sites, defaultSite }: { sites: Readonly<Record<string, SiteSettings>>; defaultSite: SiteSettings },
  site: string,
): SiteSettings {
  // A site may be called "constructor".
  return (Object.hasOwn(sites, site) ? sites[site] : undefined) ?? defaultSite;
}

/** The name that stands, in a configuration file, for all sites that it does not name. */
export const defaultSiteName = "default";

/**
 * Lays the written sites over the built-in ones, key by key, and completes the default site. A host that a written site
 * claims is no longer a built-in site's.
 */
export function completeSites({ sites, worker }: Pick<ParsedConfiguration, "sites" | "worker">): {
  sites: Record<string, SiteSettings>;
  defaultSite: DefaultSite;
} {
  const { [defaultSiteName]: others = {}, ...named } = sites;
  const bounds = { maxAttempts: worker.maxAttempts, maxTotalHours: worker.maxTotalHours };
  const defaultSite: DefaultSite = {
    startIntervalSeconds: 0,
    // One host whose pages hang leaves a place for the others.
    parallel: Math.max(1, worker.parallel - 1),
    ...bounds,
    stages: builtInDefaultStages,
    ...others,
    hosts: [],
  };
  const basis = { hosts: [], startIntervalSeconds: 0, ...bounds, stages: defaultSite.stages };
  const claimed = new Set(Object.values(named).flatMap(({ hosts = [] }) => hosts));
  const complete: Record<string, SiteSettings> = {};
  for (const name of Object.keys({ ...builtInSites, ...named })) {
    const builtIn = Object.hasOwn(builtInSites, name) ? builtInSites[name] : undefined;
    const site = { ...basis, ...builtIn, ...named[name] };
    const hosts = named[name]?.hosts ?? site.hosts.filter((host) => !claimed.has(host));
    if (hosts.length > 0) complete[name] = { ...site, hosts };
  }
  return { sites: complete, defaultSite };
}
