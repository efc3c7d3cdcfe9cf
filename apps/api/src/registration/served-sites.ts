import type { BotSettings, Configuration } from "@dwld/daemon";

export type ServedSites = { allSites: boolean; sites: { name: string; hosts: string[] }[] };

/** Returns the sites whose links a bot may send, each with its hosts. */
export function servedSites(wanted: BotSettings["sites"], sites: Configuration["sites"]): ServedSites {
  const served = Object.entries(sites).filter(([name]) => wanted === "all" || wanted.includes(name));
  return { allSites: wanted === "all", sites: served.map(([name, { hosts }]) => ({ name, hosts: [...hosts] })) };
}
