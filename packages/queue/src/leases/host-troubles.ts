import type { HostRow, ProcessRow } from "../store/schema-of-hosts.ts";
import type { ProcessIdentity } from "../store/process-identity.ts";
import type { SiteLimits } from "../sites/site-limits.ts";

/** The limits of sites in one worker's configuration, by site. */
export type AllSiteLimits = Readonly<Record<string, SiteLimits>>;

/** Writes limits so that equal ones are equal texts. */
export function serializeLimits(limits: AllSiteLimits): string {
  const sorted = Object.entries(limits).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    sorted.map(([site, { parallel, startIntervalMs }]) => [site, parallel ?? null, startIntervalMs ?? 0]),
  );
}

/**
 * Returns what is wrong with the names of hosts and of shared folders, for the operator of one; empty: nothing.
 *
 * @param others living processes.
 */
export function hostTrouble(own: ProcessRow, others: readonly ProcessRow[], hosts: readonly HostRow[]): string {
  const twin = others.find((other) => other.host === own.host && !isSameMachine(own, other));
  if (twin !== undefined)
    return `two machines call themselves ${own.host}: this one and that of the process ${twin.app} ${twin.pid}, so that files are looked for on the wrong one; give one of them another name (host: NAME in its configuration)`;
  const here = hosts.find(({ name }) => name === own.host);
  const elsewhere = hosts.find(
    ({ shared, downloads }) =>
      shared !== "" && shared === here?.shared && ![here.downloads, ""].includes(downloads) && here.downloads !== "",
  );
  if (elsewhere === undefined || here === undefined) return "";
  return `the shared folder ${here.shared} is ${here.downloads} here and ${elsewhere.downloads} on ${elsewhere.name}, so that neither finds the other's files; mount it under the same path on both`;
}

/** Returns which limits of sites differ between the configurations of two workers; empty: none. */
export function limitsTrouble(own: ProcessRow, others: readonly ProcessRow[]): string {
  const other = others.find((row) => row.app === own.app && !["", own.site_limits].includes(row.site_limits));
  if (own.site_limits === "" || other === undefined) return "";
  const sites = differing(own.site_limits, other.site_limits).join(", ");
  return `this worker's configuration and that of the worker ${other.pid} on ${other.host} have other limits for ${sites}: those of the one that started last hold for both; give both the same sites`;
}

/** Containers of one machine are the same host if they share the data folder. */
function isSameMachine(a: ProcessRow, b: ProcessRow): boolean {
  const [one, two] = [identityOf(a), identityOf(b)];
  if (one === null || two === null) return true;
  return one.bootId === two.bootId && (one.pidNamespace === two.pidNamespace || a.data_id === b.data_id);
}

function identityOf({ identity }: ProcessRow): ProcessIdentity | null {
  return JSON.parse(identity) as ProcessIdentity | null;
}

function differing(a: string, b: string): string[] {
  const [one, two] = [limitsBySite(a), limitsBySite(b)];
  return [...new Set([...one.keys(), ...two.keys()])].filter((name) => one.get(name) !== two.get(name));
}

function limitsBySite(text: string): Map<string, string> {
  const sites = JSON.parse(text) as [string, ...unknown[]][];
  return new Map(sites.map((site) => [site[0], JSON.stringify(site)]));
}
