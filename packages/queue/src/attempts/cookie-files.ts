import { type Database, query, type Reader } from "../store/database.ts";
import type { CookieFileRow } from "../store/schema.ts";

/** What is on record of cookie files, of all or of one. */
export async function cookieFiles(database: Reader, path?: string): Promise<CookieFileRow[]> {
  return await database.all(
    query
      .selectFrom("cookie_files")
      .selectAll()
      .$if(path !== undefined, (statement) => statement.where("path", "=", path ?? ""))
      .orderBy("path"),
  );
}

/**
 * Changes what is on record of a file, in one transaction: several workers use the same files.
 *
 * @param change is given what is there; the same row given back changes nothing.
 */
export async function changeCookieFile(
  database: Database,
  path: string,
  change: (known: CookieFileRow | undefined) => CookieFileRow | undefined,
): Promise<CookieFileRow | undefined> {
  const [before] = await cookieFiles(database, path);
  // Most runs change nothing, and need no lock.
  if (change(before) === before) return before;
  return await database.write(async (transaction) => {
    const [known] = await cookieFiles(transaction, path);
    const row = change(known);
    if (row === undefined || row === known) return row;
    const { path: _, ...columns } = row;
    await transaction.run(
      query
        .insertInto("cookie_files")
        .values(row)
        .onConflict((conflict) => conflict.column("path").doUpdateSet(columns)),
    );
    return row;
  }, false);
}

/** Forgets files that are gone. */
export async function forgetCookieFiles(database: Database, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await database.write(async (transaction) => {
    await transaction.run(query.deleteFrom("cookie_files").where("path", "in", paths));
  }, false);
}
