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

const hourMs = 3_600_000;

/** What arrived since a time, and what did not. */
export type Arrivals = {
  /** Whether a task arrived. */
  readonly some: boolean;
  /** The number of tasks that failed, by class; read if none arrived. */
  readonly failed: ReadonlyMap<string, number>;
  /** Whether a task waits that was asked for before that time. */
  readonly waits: boolean;
};

/** Reads what arrived since a time. */
export async function arrivalsSince(database: Reader, time: number): Promise<Arrivals> {
  const hour = Math.floor(time / hourMs);
  if ((await database.get(fixed(arrived, hour))) !== undefined) return { some: true, failed: new Map(), waits: false };
  const failures = await database.all(fixed<{ failure_class: string; count: number }>(failed, hour));
  return {
    some: false,
    failed: new Map(failures.map(({ failure_class, count }) => [failure_class, count])),
    waits: (await database.get(fixed(waits, time))) !== undefined,
  };
}

const arrived = "SELECT hour FROM ended_tasks WHERE hour >= ? AND failure_class = '' ORDER BY hour DESC LIMIT 1";
const failed =
  "SELECT failure_class, CAST(sum(tasks) AS BIGINT) AS count FROM ended_tasks WHERE hour >= ? GROUP BY failure_class";
/** The oldest of each state. A task that waits for a start of its own has had no attempt, and is not due. */
const oldest = (state: string) =>
  `SELECT * FROM (SELECT created_at, not_before, attempt_count FROM tasks WHERE state = '${state}' ORDER BY seq LIMIT 200) AS ${state.toLowerCase()}`;
const waits = `
  SELECT 1 FROM (${["QUEUED", "DOWNLOADING", "READY_TO_SEND", "SENDING"].map(oldest).join(" UNION ALL ")}) AS oldest
  WHERE created_at < ? AND (not_before IS NULL OR attempt_count > 0) LIMIT 1`;
