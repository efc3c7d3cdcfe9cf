import type { Backup, BackUpOptions, Restored, RestoreOptions } from "./backup.ts";
import type { DatabaseFacts, SchemaState } from "./database-facts.ts";
import type { DatabaseOptions } from "./database.ts";
import { inRoom } from "./engine-room.ts";
import type { DatabaseLocation } from "./location.ts";

/** Works on a task table as a whole. An error of these functions says to a person what happened, and what to do. */

type Secrets = Pick<DatabaseOptions, "readSecret">;

/** Brings the schema up to date, grants what dwld needs, and returns the names of the migrations that were applied. */
export async function migrateDatabase(location: DatabaseLocation, options: Secrets = {}): Promise<string[]> {
  return await inRoom(location, async (room) => await room.migrate(location, options));
}

/** Inspects the task table without changing anything, whatever else runs. */
export async function inspectDatabase(location: DatabaseLocation, options: Secrets = {}): Promise<DatabaseFacts> {
  return await inRoom(location, async (room) => await room.inspect(location, options));
}

/** Tells whether a table is there that this version can read, and changes nothing. Unlike `inspectDatabase`, it looks for no damage. */
export async function schemaState(location: DatabaseLocation, options: Secrets = {}): Promise<SchemaState> {
  return await inRoom(location, async (room) => await room.schemaState(location, options));
}

/** Writes the task table into a new file, as it is at one moment, whatever else runs. */
export async function backUpDatabase(
  location: DatabaseLocation,
  target: string,
  options: BackUpOptions = {},
): Promise<Backup> {
  return await inRoom(location, async (room) => await room.backUp(location, target, options));
}

/**
 * Puts a backup, or an empty table, in the place of the task table, which is kept; nothing is overwritten.
 *
 * The restored table has a new identity: a client that watched the one before, and comes back, is told everything anew.
 *
 * @param backup undefined: an empty table.
 */
export async function restoreDatabase(
  location: DatabaseLocation,
  backup: string | undefined,
  options: RestoreOptions,
): Promise<Restored> {
  return await inRoom(location, async (room) => await room.restore(location, backup, options));
}

/**
 * Returns a text that is another one as soon as a task or a token was made or changed. Undefined: the engine tells none.
 * A table that a newer dwld has migrated has it, too.
 */
export async function changeMarkOf(location: DatabaseLocation): Promise<string | undefined> {
  if ("url" in location) return undefined;
  const { changeMark } = await import("./sqlite/change-mark.ts");
  return changeMark(location);
}
