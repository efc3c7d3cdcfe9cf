import { builtInDefaultStages, builtInSites } from "./built-in-sites.ts";
import type { ParsedConfiguration } from "./schema.ts";

/** How links of one site are treated: every bound is there. */
export type SiteSettings = {
  /** Empty for the site that stands for all others. */
  readonly hosts: readonly string[];
  /** In their order of preference; at least one. */
  readonly stages: readonly string[];
  /** Downloads at once; absent: what the worker's own number gives. */
  readonly parallel?: number;
  /** The least time between two starts; 0: none. */
  readonly startIntervalSeconds: number;
  /** Attempts until a task has failed. */
  readonly maxAttempts: number;
  /** From the first attempt of a round until a task has failed. */
  readonly maxTotalHours: number;
};

/** How links of all other sites are treated; its number of downloads at once is that of sites that have none. */
export type DefaultSite = SiteSettings & { readonly parallel: number };

/** A host may be called "constructor". */
export function settingsOf(
  { sites, defaultSite }: { sites: Readonly<Record<string, SiteSettings>>; defaultSite: SiteSettings },
  site: string,
): SiteSettings {
  return (Object.hasOwn(sites, site) ? sites[site] : undefined) ?? defaultSite;
}

/** The name under which a configuration file tells of all sites that it does not name. */
export const defaultSiteName = "default";

/**
 * The written sites laid over the built-in ones, key by key; and what is true for all others. A host that a written
 * site claims is no longer a built-in site's.
 */
export function completeSites({ sites, worker }: Pick<ParsedConfiguration, "sites" | "worker">): {
  sites: Record<string, SiteSettings>;
  defaultSite: DefaultSite;
} {
  const { [defaultSiteName]: others = {}, ...named } = sites;
  const bounds = { maxAttempts: worker.maxAttempts, maxTotalHours: worker.maxTotalHours };
  const defaultSite: DefaultSite = {
    startIntervalSeconds: 0,
    // Pages of one host that hang leave a place for the others.
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
