import { type Family, gauge } from "@dwld/daemon";
import { type Database, otherSites, sitesNamed, type SiteRow } from "@dwld/queue";

/** The label of all sites that are not configured. A configured one of this name is counted among them. */
const other = "other";

/** Returns what waits and runs for each site of the configuration and for all others, and how many of these refuse. */
export async function siteFamilies(database: Database, configured: readonly string[]): Promise<Family[]> {
  const names = configured.filter((name) => name !== other);
  const rows = new Map((await sitesNamed(database, names)).map((row) => [row.name, row]));
  const others = await otherSites(database, names);
  const perSite = (valueOf: (row: SiteRow) => number, ofOthers: number) => [
    ...names.map((site) => {
      const row = rows.get(site);
      return [{ site }, row === undefined ? 0 : valueOf(row)] as const;
    }),
    [{ site: other }, ofOthers] as const,
  ];
  return [
    gauge(
      "dwld_site_due_tasks",
      "Links of a site that wait for their turn.",
      perSite(({ due }) => due, others.due),
    ),
    gauge(
      "dwld_site_running_downloads",
      "Downloads of a site that run.",
      perSite(({ running }) => running, others.running),
    ),
    gauge(
      "dwld_site_breakers_open",
      "Sites that refuse: each is paused, or one link at a time tries whether it answers again.",
      perSite(({ pause_level }) => (pause_level > 0 ? 1 : 0), others.refusing),
    ),
  ];
}
