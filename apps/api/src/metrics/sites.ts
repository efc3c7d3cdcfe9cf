import { type Family, gauge, oneOf } from "@dwld/daemon";
import { type Database, sitesInLine, sitesNamed, type SiteRow } from "@dwld/queue";

/** Further sites with links that wait, which are told as one. */
const mostOthers = 200;

/** Returns what waits and runs for each site of the configuration and for all others, and how many of these refuse. */
export async function siteFamilies(database: Database, configured: readonly string[]): Promise<Family[]> {
  const label = oneOf((site) => configured.includes(site));
  const others = (await sitesInLine(database, mostOthers)).filter(({ name }) => label(name) !== name);
  const rows = [...(await sitesNamed(database, configured)), ...others];
  const bySite = Map.groupBy(rows, ({ name }) => label(name));
  const sum = (valueOf: (row: SiteRow) => number) =>
    [...configured, "other"].map(
      (site) => [{ site }, (bySite.get(site) ?? []).reduce((all, row) => all + valueOf(row), 0)] as const,
    );
  return [
    gauge(
      "dwld_site_due_tasks",
      "Links of a site that wait for their turn.",
      sum(({ due }) => due),
    ),
    gauge(
      "dwld_site_running_downloads",
      "Downloads of a site that run.",
      sum(({ running }) => running),
    ),
    gauge(
      "dwld_site_breakers_open",
      "Sites that refuse: each is paused, or one link at a time tries whether it answers again.",
      sum(({ pause_level }) => (pause_level > 0 ? 1 : 0)),
    ),
  ];
}
