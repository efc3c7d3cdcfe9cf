import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { AppName } from "./process-registry.ts";

/** The machines on which files wait for their delivery, read from the index, one step for each machine. */
export const waitingHosts = sql`hosts (host) AS (
  SELECT min(host) FROM tasks INDEXED BY tasks_deliverable WHERE state = 'READY_TO_SEND' AND not_before IS NULL
  UNION ALL
  SELECT (SELECT min(host) FROM tasks INDEXED BY tasks_deliverable
    WHERE state = 'READY_TO_SEND' AND not_before IS NULL AND host > hosts.host)
  FROM hosts WHERE hosts.host IS NOT NULL)`;

/**
 * The condition that a machine is this one, or that no process delivers on it: it may be this one under an earlier
 * name, or a container that shares its disk with this one. A process that does not find the files there puts the task
 * off.
 */
export function isWithinReach({ host, app }: { host: string; app: AppName }): RawBuilder<SqlBool> {
  return sql<SqlBool>`hosts.host IS NOT NULL AND (hosts.host = ${host} OR NOT EXISTS (
    SELECT 1 FROM processes WHERE processes.app = ${app} AND processes.host = hosts.host))`;
}
