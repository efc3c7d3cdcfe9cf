import { Database, type DatabaseOptions } from "./database.ts";
import type { Engine } from "./engine.ts";
import type { DatabaseLocation } from "./location.ts";

/**
 * Opens the task table, makes it if there is none, and brings its schema up to date.
 *
 * @throws DatabaseError if the table cannot be used; the message says why and what to do. It is left as it was.
 */
export async function openDatabase(location: DatabaseLocation, options: DatabaseOptions = {}): Promise<Database> {
  return new Database(await openEngine(location, options), location, options);
}

/** Loads the engine that a table needs, and no other. */
async function openEngine(location: DatabaseLocation, options: DatabaseOptions): Promise<Engine> {
  if ("path" in location) {
    const { openSqlite } = await import("./sqlite/open-sqlite.ts");
    return await openSqlite(location.path);
  }
  const { openPostgres } = await import("./postgres/open-postgres.ts");
  return await openPostgres(location, options);
}
