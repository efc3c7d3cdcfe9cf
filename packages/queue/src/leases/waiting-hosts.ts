import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { AppName } from "./process-registry.ts";
import { valuesInIndex } from "./values-in-index.ts";

/** The machines on which files wait for their delivery, `hosts (host)`. */
export const waitingHosts = valuesInIndex("hosts", {
  column: "host",
  index: "tasks_deliverable",
  where: "state = 'READY_TO_SEND' AND not_before IS NULL",
});

/**
 * The condition that a machine is this one, or that no process delivers on it: it may be this one under an earlier
 * name, or a container that shares its disk with this one. A process that does not find the files there puts the task
 * off.
 */
export function isWithinReach({ host, app }: { host: string; app: AppName }): RawBuilder<SqlBool> {
  return sql<SqlBool>`hosts.host IS NOT NULL AND (hosts.host = ${host} OR NOT EXISTS (
    SELECT 1 FROM processes WHERE processes.app = ${app} AND processes.host = hosts.host))`;
}
