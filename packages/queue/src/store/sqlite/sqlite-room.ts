import type { EngineRoom } from "../engine-room.ts";
import type { SqliteLocation } from "../location.ts";
import { backUpFile } from "./back-up-file.ts";
import { inspectFile, schemaStateOf } from "./inspect-file.ts";
import { migrateFile } from "./migrate-file.ts";
import { openSqlite } from "./open-sqlite.ts";
import { openCopySource, openCopyTarget } from "./open-copy.ts";
import { explainSqliteError } from "./sqlite-error.ts";
import { restoreFile } from "./restore-file.ts";

export const room: EngineRoom<SqliteLocation> = {
  open: async ({ path }) => await openSqlite(path),
  explain: (error, { path }) => explainSqliteError(error, path),
  migrate: migrateFile,
  inspect: async (location) => inspectFile(location),
  schemaState: async (location) => schemaStateOf(location),
  backUp: backUpFile,
  restore: restoreFile,
  openCopySource,
  openCopyTarget,
};
