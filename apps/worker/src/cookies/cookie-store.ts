import { rm } from "node:fs/promises";
import type { Logger, StageSettings } from "@dwld/daemon";
import { changeCookieFile, type CookieFileRow, cookieFiles, type Database, forgetCookieFiles } from "@dwld/queue";
import { errorCode } from "@dwld/text";
import { cookieOutcome, type CookieResult, isSetAside, judgeCookies } from "./cookie-health.ts";
import { keepRefreshed } from "./keep-refreshed.ts";
import { type Pool, type PoolFile, readPool, stampOf } from "./pool-files.ts";

/** Cookies that a run may use: a copy of the file, never the file. */
export type TakenCookies = {
  /** The operator's file. */
  readonly file: string;
  readonly name: string;
  /** Of its content. */
  readonly stamp: string;
};

export type CookieStore = {
  /** A file for a run of this stage; undefined where the stage has no cookies, or none that can be used. */
  take(stage: Pick<StageSettings, "cookies">): Promise<TakenCookies | undefined>;
  /**
   * After the run: its failure may set the file aside; what yt-dlp wrote is kept where it succeeded; the copy goes.
   *
   * @param copy the run's own.
   */
  giveBack(taken: TakenCookies, copy: string, result: CookieResult): Promise<void>;
  /** The files of a stage's cookies that can be used, or why none can. */
  usable(path: string): Promise<readonly string[] | string>;
  /** Looks at all pools again: files that changed come back, and the operator is told of those that wait for him. */
  review(): Promise<void>;
};

/**
 * The pools of cookies of all stages. The files are taken in turn, so that no account has to bear all.
 *
 * @param onTrouble told what is in trouble each time that it has changed; empty: nothing.
 */
export function createCookieStore(
  database: Database,
  stages: Readonly<Record<string, Pick<StageSettings, "cookies">>>,
  { logger, now, onTrouble }: { logger: Logger; now: () => number; onTrouble: (trouble: string) => void },
): CookieStore {
  const paths = [...new Set(Object.values(stages).flatMap(({ cookies }) => cookies ?? []))];
  const takenAt = new Map<string, number>();
  let turn = 0;
  /** What the operator was told of: set-aside files by path, unfit ones by what is wrong with them. */
  let told = new Map<string, string>();

  const review = async (): Promise<void> => {
    const pools = await Promise.all(paths.map((path) => readUsable(database, path)));
    const aside = pools.flatMap((pool) => pool.aside.map((row): [string, string] => [row.path, sayAside(row)]));
    const unfit = pools.flatMap(({ empty, problems }) =>
      empty ? [] : problems.map((problem): [string, string] => [problem, problem]),
    );
    const found = new Map([...aside, ...unfit]);
    for (const [key, text] of found) if (!told.has(key)) logger.warn({ file: key }, `cookies not used: ${text}`);
    for (const key of told.keys())
      if (!found.has(key)) logger.info({ file: key }, "cookies can be used again, or are gone");
    const changed = [...found.values()].join("; ") !== [...told.values()].join("; ");
    told = found;
    if (changed) onTrouble([...found.values()].join("; "));
    await forgetGone(database);
  };

  return {
    take: async ({ cookies }) => {
      if (cookies === undefined) return undefined;
      const { files } = await readUsable(database, cookies);
      const lastTaken = ({ path }: PoolFile) => takenAt.get(path) ?? 0;
      const next = files.toSorted((a, b) => lastTaken(a) - lastTaken(b))[0];
      if (next === undefined) return undefined;
      turn += 1;
      takenAt.set(next.path, turn);
      return { file: next.path, name: next.name, stamp: next.stamp };
    },
    giveBack: async ({ file: path, stamp }, copy, result) => {
      try {
        const kept = result.succeeded ? await keep(path, copy, stamp, logger) : stamp;
        const outcome = cookieOutcome(result);
        // Where somebody has changed the file meanwhile, the run says nothing about what is there now.
        if (outcome !== undefined && kept !== undefined)
          await changeCookieFile(database, path, (known) => judgeCookies(known, { path, stamp: kept }, outcome, now()));
      } finally {
        await rm(copy, { force: true });
      }
      await review();
    },
    usable: async (path) => {
      const { files, aside, problems } = await readUsable(database, path);
      if (files.length > 0) return files.map((file) => file.path);
      return [...aside.map(sayAside), ...problems].join("; ");
    },
    review,
  };
}

/** A pool without what was set aside. */
async function readUsable(database: Database, path: string): Promise<Pool & { aside: CookieFileRow[] }> {
  const { files, problems, empty } = await readPool(path);
  const records = new Map(cookieFiles(database).map((row) => [row.path, row]));
  const aside = files.flatMap((file) => {
    const row = records.get(file.path);
    return isSetAside(row, file.stamp) ? [row] : [];
  });
  const refused = new Set(aside.map((row) => row.path));
  return { files: files.filter((file) => !refused.has(file.path)), aside, problems, empty };
}

async function forgetGone(database: Database): Promise<void> {
  const known = cookieFiles(database).map(({ path }) => path);
  const stamps = await Promise.all(known.map(stampOf));
  await forgetCookieFiles(
    database,
    known.filter((_, index) => stamps[index] === undefined),
  );
}

/** Where the file may not be written, the run has succeeded all the same. */
async function keep(path: string, copy: string, stamp: string, logger: Logger): Promise<string | undefined> {
  try {
    return await keepRefreshed(path, copy, stamp);
  } catch (error) {
    if (errorCode(error) === "") throw error;
    logger.debug({ file: path, err: error }, "refreshed cookies could not be kept");
    return stamp;
  }
}

/** Said to the operator. */
function sayAside({ path, set_aside_at, failure_class }: CookieFileRow): string {
  const since =
    set_aside_at === null ? "" : ` since ${new Date(set_aside_at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const why = failure_class === "cookies_stale" ? "the login has expired" : "the site wants a login all the same";
  return `${path} is set aside${since}: ${why}; export fresh cookies from a browser into it`;
}
