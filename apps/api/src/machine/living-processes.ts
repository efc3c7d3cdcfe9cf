import {
  allHosts,
  type Database,
  hasEnded,
  type HostRow,
  leaseMs,
  listProcesses,
  type ProcessIdentity,
  type ProcessRow,
} from "@dwld/queue";

export type SeenProcess = { readonly row: ProcessRow; readonly isAlive: boolean };

export type SeenMachines = { readonly processes: readonly SeenProcess[]; readonly hosts: readonly HostRow[] };

/**
 * Returns the registered processes and the hosts, those declared gone included, with those processes marked that live: on
 * this host by its clock and by the process itself, on another by what all observers saw of its host, since the clocks of
 * two hosts are not compared.
 *
 * @param own the name of this host.
 * @param nowMs milliseconds since the epoch.
 */
export async function readProcesses(database: Database, own: string, nowMs: number): Promise<SeenMachines> {
  const [rows, hosts] = [await listProcesses(database), await allHosts(database)];
  const silent = new Set(hosts.filter(({ silent_ms }) => silent_ms >= leaseMs).map(({ name }) => name));
  const isAlive = (row: ProcessRow): boolean =>
    row.host === own ? nowMs - row.seen_at <= leaseMs && !isGone(row) : !silent.has(row.host);
  return { processes: rows.map((row) => ({ row, isAlive: isAlive(row) })), hosts };
}

function isGone(row: ProcessRow): boolean {
  const identity = JSON.parse(row.identity) as ProcessIdentity | null;
  return identity !== null && hasEnded(identity);
}
