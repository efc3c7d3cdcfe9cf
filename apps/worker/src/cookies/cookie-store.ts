import { rm } from "node:fs/promises";
import type { Logger, StageSettings } from "@dwld/daemon";
import { changeCookieFile, type CookieFileRow, cookieFiles, type Database, forgetCookieFiles } from "@dwld/queue";
import { errorCode } from "@dwld/text";
import { cookieOutcome, type CookieResult, isSetAside, judgeCookies } from "./cookie-health.ts";
import { writeBackCookies } from "./write-back-cookies.ts";
import { type Pool, type PoolFile, readPool, stampOf } from "./pool-files.ts";

/** Cookies that were taken for a run. It gets a copy of the file, never the file. */
export type TakenCookies = {
  /** The operator's file. */
  readonly file: string;
  readonly name: string;
  /** Stamp of its content. */
  readonly stamp: string;
};

export type CookieStore = {
  /** Takes a file for a run of this stage; undefined if the stage has no usable cookies. */
  take(stage: Pick<StageSettings, "cookies">): Promise<TakenCookies | undefined>;
  /**
   * Ends the use of a file: a failure may set it aside, a success writes refreshed cookies back. Removes the copy.
   *
   * @param copy path of the run's copy.
   */
  release(taken: TakenCookies, copy: string, result: CookieResult): Promise<void>;
  /** Returns the usable files of a stage's cookies, or why there is none. */
  usable(path: string): Promise<readonly string[] | string>;
  /** Checks all pools: files that changed are used again, and the operator is told of those that need care. */
  review(): Promise<void>;
};

/**
 * Manages the cookie pools of all stages on this host. Takes the files in turn, so that the load is shared by the accounts.
 *
 * @param stages returns the stages as of now.
 * @param onTrouble receives the troubles each time they change; an empty text if there is none.
 */
export function createCookieStore(
  database: Database,
  stages: () => Readonly<Record<string, Pick<StageSettings, "cookies">>>,
  {
    host,
    logger,
    now,
    onTrouble,
  }: { host: string; logger: Logger; now: () => number; onTrouble: (trouble: string) => void },
): CookieStore {
  const takenAt = new Map<string, number>();
  let turn = 0;
  /** Reported troubles: set-aside files by their paths, unfit ones by their problems. */
  let reported = new Map<string, string>();

  const review = async (): Promise<void> => {
    const paths = [...new Set(Object.values(stages()).flatMap(({ cookies }) => cookies ?? []))];
    const rows = await cookieFiles(database, host);
    const pools = await Promise.all(paths.map((path) => readUsable(path, rows)));
    const aside = pools.flatMap((pool) => pool.aside.map((row): [string, string] => [row.path, sayAside(row)]));
    const unfit = pools.flatMap(({ empty, problems }) =>
      empty ? [] : problems.map((problem): [string, string] => [problem, problem]),
    );
    const found = new Map([...aside, ...unfit]);
    for (const [key, text] of found) if (!reported.has(key)) logger.warn({ file: key }, `cookies not used: ${text}`);
    for (const key of reported.keys())
      if (!found.has(key)) logger.info({ file: key }, "cookies can be used again, or are gone");
    const changed = [...found.values()].join("; ") !== [...reported.values()].join("; ");
    reported = found;
    if (changed) onTrouble([...found.values()].join("; "));
    await forgetGone(database, host, rows);
  };

  return {
    take: async ({ cookies }) => {
      if (cookies === undefined) return undefined;
      const { files } = await readUsable(cookies, await cookieFiles(database, host));
      const lastTaken = ({ path }: PoolFile) => takenAt.get(path) ?? 0;
      const next = files.toSorted((a, b) => lastTaken(a) - lastTaken(b))[0];
      if (next === undefined) return undefined;
      turn += 1;
      takenAt.set(next.path, turn);
      return { file: next.path, name: next.name, stamp: next.stamp };
    },
    release: async ({ file: path, stamp }, copy, result) => {
      try {
        const newStamp = result.succeeded ? await writeBack(logger, { path, copy, stamp }) : stamp;
        const outcome = cookieOutcome(result);
        // If the file was changed meanwhile, the run says nothing about its present content.
        if (outcome !== undefined && newStamp !== undefined)
          await changeCookieFile(database, { host, path }, (known) =>
            judgeCookies(known, { host, path, stamp: newStamp }, outcome, now()),
          );
      } finally {
        await rm(copy, { force: true });
      }
      await review();
    },
    usable: async (path) => {
      const { files, aside, problems } = await readUsable(path, await cookieFiles(database, host));
      if (files.length > 0) return files.map((file) => file.path);
      return [...aside.map(sayAside), ...problems].join("; ");
    },
    review,
  };
}

/** Reads a pool without the files that are set aside, as the table's rows say. */
async function readUsable(path: string, rows: readonly CookieFileRow[]): Promise<Pool & { aside: CookieFileRow[] }> {
  const { files, problems, empty } = await readPool(path);
  const records = new Map(rows.map((row) => [row.path, row]));
  const aside = files.flatMap((file) => {
    const row = records.get(file.path);
    return isSetAside(row, file.stamp) ? [row] : [];
  });
  const refused = new Set(aside.map((row) => row.path));
  return { files: files.filter((file) => !refused.has(file.path)), aside, problems, empty };
}

async function forgetGone(database: Database, host: string, rows: readonly CookieFileRow[]): Promise<void> {
  const known = rows.map(({ path }) => path);
  const stamps = await Promise.all(known.map(stampOf));
  await forgetCookieFiles(
    database,
    host,
    known.filter((_, index) => stamps[index] === undefined),
  );
}

/** Writes refreshed cookies back. A file that may not be written is logged: the run has succeeded all the same. */
async function writeBack(
  logger: Logger,
  { path, copy, stamp }: { path: string; copy: string; stamp: string },
): Promise<string | undefined> {
  try {
    return await writeBackCookies(path, copy, stamp);
  } catch (error) {
    if (errorCode(error) === "") throw error;
    logger.debug({ file: path, err: error }, "refreshed cookies could not be written back");
    return stamp;
  }
}

/** Returns a sentence for the operator. */
function sayAside({ path, set_aside_at, failure_class }: CookieFileRow): string {
  const since =
    set_aside_at === null ? "" : ` since ${new Date(set_aside_at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const why = failure_class === "cookies_stale" ? "the login has expired" : "the site wants a login all the same";
  return `${path} is set aside${since}: ${why}; export fresh cookies from a browser into it`;
}
