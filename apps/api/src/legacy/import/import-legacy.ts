import { existsSync } from "node:fs";
import { type Configuration, readSecretFile } from "@dwld/daemon";
import { locationName, openDatabase } from "@dwld/queue";
import { copyDatabase } from "./copy-database.ts";
import { foresee, importLinks, takeInto } from "./import-links.ts";
import { openLegacyLinks } from "./legacy-links.ts";
import { count, nothing, type Report } from "./report.ts";

export type ImportRequest = { readonly file: string; readonly dryRun: boolean };

/**
 * Imports a database of the first dwld. Returns whether every row was taken.
 *
 * @param stopping aborted by a signal: the current batch is the last.
 * @throws LegacyFileError, DatabaseError
 */
export async function importLegacy(
  { file, dryRun }: ImportRequest,
  { database: location, sites }: Configuration,
  report: Report,
  stopping: AbortSignal,
): Promise<boolean> {
  await using opened = new AsyncDisposableStack();
  const copy = opened.adopt(await copyDatabase(file), ({ dispose }) => dispose());
  const links = opened.adopt(openLegacyLinks(copy.path, file), (reader) => reader.close());
  // The task table is opened only now: if the file cannot be read, nothing is made.
  const isAbsent = "path" in location && !existsSync(location.path);
  const database = dryRun && isAbsent ? undefined : await openDatabase(location, { readSecret: readSecretFile });
  let totals = nothing;
  let complete = false;
  try {
    const take = dryRun || database === undefined ? foresee(database) : takeInto(database);
    for await (const rows of importLinks(links.read(), sites, take)) {
      totals = count(totals, rows);
      report.rows(rows);
      if (stopping.aborted) return false;
    }
    complete = true;
    return totals.refused === 0;
  } finally {
    await database?.close();
    report.ending({ file, database: locationName(location), dryRun, complete, totals });
  }
}
