import { backoffMs } from "@dwld/timing";
import { type Database, fixed, query, type Transaction, type Reader } from "../store/database.ts";
import type { SiteRow } from "../store/schema.ts";

/** The conclusion of an attempt about its site. */
export type SiteVerdict =
  /** The site answers normally, even if this one video is gone. */
  | { verdict: "answers" }
  /**
   * The site refuses requests: until the time that it names itself. If it names none, or refuses again after that time,
   * it is paused for a time that doubles with each refusal in a row, from `baseMs` to `maxMs`.
   */
  | {
      verdict: "pause";
      /** The failure class. */ reason: string;
      baseMs: number;
      maxMs: number;
      /** Named by the site. Milliseconds since the epoch. */ untilMs?: number;
    }
  /** The site wants an account. After `loginWallsForPause` tasks in a row, it is paused. */
  | { verdict: "login_wall"; reason: string; baseMs: number; maxMs: number };

/** The number of login walls in a row that pause a site: a single private video is none. */
const loginWallsForPause = 3;

type Breaker = Pick<SiteRow, "pause_level" | "paused_until" | "login_walls">;

/**
 * The circuit breaker of a site. Closed: level 0. Open: `paused_until` lies ahead, and nothing is claimed. Half-open:
 * that time has passed, and one task at a time probes. Its success closes the breaker; another refusal opens it for
 * longer.
 *
 * A refusal during a pause comes from a task that was already running: it changes nothing, except for a later time that
 * the site names.
 *
 * @param random from 0 up to 1: a tenth of the pause is jitter.
 */
export function judgeSite(breaker: Breaker, verdict: SiteVerdict, now: number, random: number): Breaker {
  switch (verdict.verdict) {
    case "answers":
      return { pause_level: 0, paused_until: 0, login_walls: 0 };
    case "login_wall": {
      const walls = breaker.login_walls + 1;
      const counted = { ...breaker, login_walls: walls };
      return walls < loginWallsForPause ? counted : open(counted, verdict, now, random);
    }
    case "pause":
      return open(breaker, verdict, now, random);
  }
}

function open(
  breaker: Breaker,
  { baseMs, maxMs, untilMs = 0 }: { baseMs: number; maxMs: number; untilMs?: number },
  now: number,
  random: number,
): Breaker {
  if (breaker.paused_until > now) return { ...breaker, paused_until: Math.max(breaker.paused_until, untilMs) };
  const pauseMs = backoffMs({ firstMs: baseMs, longestMs: maxMs }, breaker.pause_level + 1) * (1 + random / 10);
  const trusted = breaker.pause_level === 0 && untilMs > now;
  return {
    ...breaker,
    pause_level: breaker.pause_level + 1,
    paused_until: trusted ? untilMs : Math.max(Math.round(now + pauseMs), untilMs),
  };
}

/** Applies a verdict within the transaction that settles the task, so that no claim comes between. */
export async function applySiteVerdict(
  transaction: Transaction,
  site: string,
  verdict: SiteVerdict,
  { now, random }: { now: number; random: number },
): Promise<void> {
  const row = await findSite(transaction, site);
  if (row === undefined) return;
  const breaker = judgeSite(row, verdict, now, random);
  const unchanged =
    breaker.pause_level === row.pause_level &&
    breaker.paused_until === row.paused_until &&
    breaker.login_walls === row.login_walls;
  if (unchanged) return;
  // A pause that has ended keeps its reason until the site answers a probe.
  const reason = breaker.pause_level === 0 ? "" : "reason" in verdict ? verdict.reason : row.pause_reason;
  await transaction.run(
    query
      .updateTable("sites")
      .set({
        ...breaker,
        pause_reason: reason,
        ...(breaker.paused_until === row.paused_until ? {} : { paused_at: now }),
      })
      .where("name", "=", site),
  );
}

/** Ends a pause by hand: closes the breaker. Returns false if no such site is known. */
export async function resumeSite(database: Database, site: string): Promise<boolean> {
  return await database.write(async (transaction) => {
    transaction.tell("downloads");
    const closed = { pause_level: 0, paused_until: 0, login_walls: 0, pause_reason: "" };
    return (await transaction.run(query.updateTable("sites").set(closed).where("name", "=", site))) > 0;
  });
}

export async function findSite(database: Reader, name: string): Promise<SiteRow | undefined> {
  return await database.get(fixed<SiteRow>("SELECT * FROM sites WHERE name = ?", name));
}

/** Returns all known sites, by name. */
export async function listSites(database: Reader): Promise<SiteRow[]> {
  return await database.all(query.selectFrom("sites").selectAll().orderBy("name"));
}

export async function listPausedSites(database: Reader, now: number): Promise<SiteRow[]> {
  return await database.all(query.selectFrom("sites").selectAll().where("paused_until", ">", now));
}
