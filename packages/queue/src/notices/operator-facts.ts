import { hourMs } from "@dwld/timing";
import { fixed, query, type Reader } from "../store/database.ts";
import type { SiteRow } from "../store/schema.ts";
import type { CookieFileRow } from "../store/schema-of-hosts.ts";

/** Returns the sites whose breaker is not closed. */
export async function brokenSites(database: Reader): Promise<SiteRow[]> {
  return await database.all(query.selectFrom("sites").selectAll().where("pause_level", ">", 0).orderBy("name"));
}

/** Returns the cookie files of all hosts that were set aside. */
export async function cookiesSetAside(database: Reader): Promise<CookieFileRow[]> {
  return await database.all(
    query.selectFrom("cookie_files").selectAll().where("set_aside_at", "is not", null).orderBy("host").orderBy("path"),
  );
}

/** The rows of failures that are read, a thousand for each millisecond. */
const mostRows = 5000;

/** The tasks that arrived in a time, or why none did. */
export type Arrivals = {
  /** Whether a task arrived. */
  readonly some: boolean;
  /** The number of tasks that failed, by class; read if none arrived. */
  readonly failed: ReadonlyMap<string, number>;
  /** Whether a task waits that was asked for before that time. */
  readonly waits: boolean;
};

/** Reads what arrived between two times. */
export async function arrivalsBetween(database: Reader, since: number, until: number): Promise<Arrivals> {
  const hours = [Math.floor(since / hourMs), Math.floor(until / hourMs) + 1];
  if ((await database.get(fixed(arrived, ...hours))) !== undefined)
    return { some: true, failed: new Map(), waits: false };
  const counts = new Map<string, number>();
  const rows = await database.all(fixed<{ failure_class: string; tasks: number }>(failed, ...hours, mostRows));
  for (const { failure_class, tasks } of rows) counts.set(failure_class, (counts.get(failure_class) ?? 0) + tasks);
  return { some: false, failed: counts, waits: (await database.get(fixed(waits, since))) !== undefined };
}

const arrived = `
  SELECT hour FROM ended_tasks WHERE hour >= ? AND hour < ? AND failure_class = '' ORDER BY hour DESC LIMIT 1`;
const failed = "SELECT failure_class, tasks FROM ended_tasks WHERE hour >= ? AND hour < ? LIMIT ?";
/** The oldest of each state. A task that waits for a start of its own has had no attempt, and is not due. */
const oldest = (state: string) =>
  `SELECT * FROM (SELECT created_at, not_before, attempt_count FROM tasks WHERE state = '${state}' AND seq > 0 ORDER BY seq LIMIT 200) AS ${state.toLowerCase()}`;
const waits = `
  SELECT 1 FROM (${["QUEUED", "DOWNLOADING", "READY_TO_SEND", "SENDING"].map(oldest).join(" UNION ALL ")}) AS oldest
  WHERE created_at < ? AND (not_before IS NULL OR attempt_count > 0) LIMIT 1`;
