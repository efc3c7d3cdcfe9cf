import type { Backup, BackUpOptions, Restored, RestoreOptions } from "./backup.ts";
import type { DatabaseOptions } from "./database.ts";
import type { DatabaseFacts, SchemaState } from "./database-facts.ts";
import type { Engine } from "./engine.ts";
import type { DatabaseLocation, PostgresLocation, SqliteLocation } from "./location.ts";
import type { CopySource, CopyTarget } from "./table-copy.ts";

/** What an engine does with the tables of its locations. */
export type EngineRoom<Location> = {
  /** Returns the error that explains one of the engine to a person, and any other error unchanged. */
  explain(error: unknown, location: Location): unknown;
  /** Explains its errors itself, as the table does that it returns. */
  open(location: Location, options: DatabaseOptions): Promise<Engine>;
  /** Brings the schema up to date, and returns the names of the migrations that it has applied. */
  migrate(location: Location, options: DatabaseOptions): Promise<string[]>;
  /** Inspects the table without changing anything, whatever else runs. */
  inspect(location: Location, options: DatabaseOptions): Promise<DatabaseFacts>;
  /** Tells the state of the schema, and changes nothing. */
  schemaState(location: Location, options: DatabaseOptions): Promise<SchemaState>;
  backUp(location: Location, target: string, options: BackUpOptions): Promise<Backup>;
  restore(location: Location, backup: string | undefined, options: RestoreOptions): Promise<Restored>;
  /** Opens the table to be copied from; this and the next refuse one that processes use. */
  openCopySource(location: Location, options: DatabaseOptions): Promise<CopySource>;
  openCopyTarget(location: Location, options: DatabaseOptions): Promise<CopyTarget>;
};

/** Loads the room of the engine that a table needs, and no other; `location` is of its kind. */
export async function roomOf(location: DatabaseLocation): Promise<EngineRoom<DatabaseLocation>> {
  const room: EngineRoom<SqliteLocation> | EngineRoom<PostgresLocation> =
    "path" in location
      ? (await import("./sqlite/sqlite-room.ts")).room
      : (await import("./postgres/postgres-room.ts")).room;
  return room;
}

/** Does something with a table in the room of its engine, which explains the errors. */
export async function inRoom<Result>(
  location: DatabaseLocation,
  work: (room: EngineRoom<DatabaseLocation>) => Promise<Result>,
): Promise<Result> {
  const room = await roomOf(location);
  try {
    return await work(room);
  } catch (error) {
    throw room.explain(error, location);
  }
}
