import { hostname } from "node:os";
import { isRunning, leaseMs, type ProcessIdentity, type ProcessRow } from "@dwld/queue";

/** @param nowMs milliseconds since the epoch. False once a process was not seen for longer than a lease, or is gone. */
export function isAlive(row: ProcessRow, nowMs: number): boolean {
  return nowMs - row.seen_at <= leaseMs && !isGone(row);
}

/** A process of this machine is asked for at once; others have to be believed. */
function isGone(row: ProcessRow): boolean {
  if (row.host !== hostname()) return false;
  const identity = JSON.parse(row.identity) as ProcessIdentity | null;
  return identity !== null && !isRunning(identity);
}
