import { hostname } from "node:os";
import { isRunning, leaseMs, type ProcessIdentity, type ProcessRow } from "@dwld/queue";

/**
 * Returns false if a process was not seen for longer than a lease, or has ended on this machine.
 *
 * @param nowMs milliseconds since the epoch.
 */
export function isAlive(row: ProcessRow, nowMs: number): boolean {
  return nowMs - row.seen_at <= leaseMs && !isGone(row);
}

/** Only a process of this machine can be looked up. */
function isGone(row: ProcessRow): boolean {
  if (row.host !== hostname()) return false;
  const identity = JSON.parse(row.identity) as ProcessIdentity | null;
  return identity !== null && !isRunning(identity);
}
