import type { SqliteLocation } from "../location.ts";
import { inspectFile } from "./inspect-file.ts";
import { migrations } from "./migrate.ts";
import { openSqlite } from "./open-sqlite.ts";

/** Makes the file, or brings its schema up to date. Returns the names of the migrations that were applied. */
export async function migrateFile(location: SqliteLocation): Promise<string[]> {
  const facts = inspectFile(location);
  await (await openSqlite(location.path)).close();
  return facts.state === "absent" ? Object.keys(migrations) : facts.pending;
}
