import type { BotSettings, Configuration } from "@dwld/daemon";

export type ServedSites = { allSites: boolean; sites: { name: string; hosts: string[] }[] };

/** What a bot of today's contract is told: the sites it may send links of, with the hosts it finds them by. */
export function servedSites(wanted: BotSettings["sites"], sites: Configuration["sites"]): ServedSites {
  const served = Object.entries(sites).filter(([name]) => wanted === "all" || wanted.includes(name));
  return { allSites: wanted === "all", sites: served.map(([name, { hosts }]) => ({ name, hosts: [...hosts] })) };
}
