import type { TaskRow } from "../store/schema.ts";

/** What every line of a log that is about a task says of it. */
export type LogFacts = { task_id: string; site: string; request_id?: string };

export function logFacts({ id, site, request_id: requestId }: Pick<TaskRow, "id" | "site" | "request_id">): LogFacts {
  return { task_id: id, site, ...(requestId === null ? {} : { request_id: requestId }) };
}
