import { type Database, query, type Reader } from "../store/database.ts";
import type { CookieFileRow } from "../store/schema-of-hosts.ts";

/** Returns the records of the cookie files of a host, of all or of one. */
export async function cookieFiles(database: Reader, host: string, path?: string): Promise<CookieFileRow[]> {
  return await database.all(
    query
      .selectFrom("cookie_files")
      .selectAll()
      .where("host", "=", host)
      .$if(path !== undefined, (statement) => statement.where("path", "=", path ?? ""))
      .orderBy("path"),
  );
}

/**
 * Changes the record of a host's file in one transaction, since several workers use the same files.
 *
 * @param change gets the record. If it returns the same object, nothing changes.
 */
export async function changeCookieFile(
  database: Database,
  { host, path }: { host: string; path: string },
  change: (known: CookieFileRow | undefined) => CookieFileRow | undefined,
): Promise<CookieFileRow | undefined> {
  const [before] = await cookieFiles(database, host, path);
  // Most runs change nothing, and need no lock.
  if (change(before) === before) return before;
  return await database.write(async (transaction) => {
    const [known] = await cookieFiles(transaction, host, path);
    const row = change(known);
    if (row === undefined || row === known) return row;
    const { host: _, path: __, ...columns } = row;
    await transaction.run(
      query
        .insertInto("cookie_files")
        .values(row)
        .onConflict((conflict) => conflict.columns(["host", "path"]).doUpdateSet(columns)),
    );
    return row;
  }, false);
}

/** Deletes the records of a host's files that no longer exist. */
export async function forgetCookieFiles(database: Database, host: string, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await database.write(async (transaction) => {
    await transaction.run(query.deleteFrom("cookie_files").where("host", "=", host).where("path", "in", paths));
  }, false);
}
