import type { BotSettings, Configuration } from "@dwld/daemon";

export type ServedSites = { allSites: boolean; sites: { name: string; hosts: string[] }[] };

/** What a bot of today's contract is told: the sites it may send links of, with the hosts it finds them by. */
export function servedSites(wanted: BotSettings["sites"], sites: Configuration["sites"]): ServedSites {
  const served = Object.entries(sites).filter(([name]) => wanted === "all" || wanted.includes(name));
  return { allSites: wanted === "all", sites: served.map(([name, { hosts }]) => ({ name, hosts: [...hosts] })) };
}

/**
 * The same for a bot of the first dwld. Those look for the link's host itself, "www." and all, and take "*" for every
 * host; so the names under which sites are usually linked to are listed beside their own.
 */
export function rootLinks(wanted: BotSettings["sites"], sites: Configuration["sites"]): string[] {
  if (wanted === "all") return ["*"];
  const hosts = servedSites(wanted, sites).sites.flatMap((site) => site.hosts);
  return [...new Set(hosts.flatMap((host) => [host, `www.${host}`, `m.${host}`]))];
}
