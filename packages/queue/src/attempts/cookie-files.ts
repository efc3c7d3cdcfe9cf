import { type Database, query, type Reader } from "../store/database.ts";
import type { CookieFileRow } from "../store/schema.ts";

/** Returns the records of cookie files, of all or of one. */
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
 * Changes the record of a file in one transaction, since several workers use the same files.
 *
 * @param change gets the record. If it returns the same object, nothing changes.
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

/** Deletes the records of files that no longer exist. */
export async function forgetCookieFiles(database: Database, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await database.write(async (transaction) => {
    await transaction.run(query.deleteFrom("cookie_files").where("path", "in", paths));
  }, false);
}
