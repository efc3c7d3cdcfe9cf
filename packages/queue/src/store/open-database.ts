import { Database, type DatabaseOptions } from "./database.ts";
import { roomOf } from "./engine-room.ts";
import type { DatabaseLocation } from "./location.ts";

/**
 * Opens the task table, makes it if there is none, and brings its schema up to date.
 *
 * @throws DatabaseError if the table cannot be used; the message says why and what to do. It is left as it was.
 */
export async function openDatabase(location: DatabaseLocation, options: DatabaseOptions = {}): Promise<Database> {
  const engine = await (await roomOf(location)).open(location, options);
  return new Database(engine, location, options);
}
