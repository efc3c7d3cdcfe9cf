import type { TaskRow } from "../store/schema.ts";

/** Returns the fields of each log line about a task. */
export type LogFacts = { task_id: string; site: string; request_id?: string };

export function logFacts({ id, site, request_id: requestId }: Pick<TaskRow, "id" | "site" | "request_id">): LogFacts {
  return { task_id: id, site, ...(requestId === null ? {} : { request_id: requestId }) };
}
