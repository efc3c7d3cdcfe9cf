import { sql } from "kysely";

/**
 * The sites that have due tasks, `due_sites (site)`: read from the index of due tasks, one step for each site. An index
 * of such sites would be written with every new task.
 */
export const dueSites = sql`due_sites (site) AS (
  SELECT min(site) FROM tasks INDEXED BY tasks_due WHERE state = 'QUEUED' AND not_before IS NULL
  UNION ALL
  SELECT (SELECT min(site) FROM tasks INDEXED BY tasks_due
    WHERE state = 'QUEUED' AND not_before IS NULL AND site > due_sites.site)
  FROM due_sites WHERE due_sites.site IS NOT NULL)`;
