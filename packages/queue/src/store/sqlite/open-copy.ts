import { closeSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorText } from "@dwld/text";
import BetterSqlite3 from "better-sqlite3";
import { CopyError } from "../copy-error.ts";
import type { SqliteLocation } from "../location.ts";
import { giveName, sync } from "../new-file.ts";
import { findHolders } from "./find-holders.ts";
import { migrate, pendingMigrations, refuseOtherSchemas } from "./migrate.ts";
import { takeAfter } from "./restore-file.ts";
import { explainOpenError } from "./sqlite-error.ts";
import { SqliteCopySource } from "./sqlite-copy-source.ts";
import { SqliteCopyTarget } from "./sqlite-copy-target.ts";

/** Opens a file to be copied. It is written to only in so far as SQLite ends what a killed process began. */
export async function openCopySource({ path }: SqliteLocation): Promise<SqliteCopySource> {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0)
    throw new CopyError(`there is no task table at ${path}: name the file that has it.`);
  refuseInUse(path);
  try {
    const sqlite = new BetterSqlite3(path, { fileMustExist: true });
    try {
      refuseOtherSchemas(sqlite, path);
      if (pendingMigrations(sqlite).length > 0)
        throw new CopyError(
          `${path} has the schema of an earlier dwld. Start and stop this version with it, and repeat.`,
        );
      sqlite.exec("BEGIN");
      return new SqliteCopySource(sqlite, path);
    } catch (error) {
      sqlite.close();
      throw error;
    }
  } catch (error) {
    throw explainOpenError(error, path);
  }
}

/** Opens a new file under another name, which becomes `path` when all is in it. A copy that was killed left one at most. */
export async function openCopyTarget({ path }: SqliteLocation): Promise<SqliteCopyTarget> {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw new CopyError(`${path} is there already, and nothing is overwritten. Name another file, or move it away.`);
  const partial = `${path}.copying`;
  refuseInUse(partial);
  const discard = () => {
    for (const suffix of ["", "-journal"]) rmSync(`${partial}${suffix}`, { force: true });
  };
  discard();
  reserve(partial);
  const sqlite = new BetterSqlite3(partial);
  try {
    sqlite.pragma("foreign_keys = OFF");
    await migrate(sqlite, path);
    sqlite.exec("BEGIN IMMEDIATE");
    const keep = () => {
      takeAfter(partial, path);
      sync(partial);
      rmSync(path, { force: true });
      giveName(partial, path);
    };
    return new SqliteCopyTarget(sqlite, path, { keep, discard });
  } catch (error) {
    sqlite.close();
    discard();
    throw explainOpenError(error, path);
  }
}

function reserve(partial: string): void {
  try {
    closeSync(openSync(partial, "wx", 0o660));
  } catch (error) {
    throw new CopyError(
      `nothing can be written into ${dirname(partial)} (${errorText(error)}): name a file in a folder that is there and may be written to.`,
    );
  }
}

function refuseInUse(path: string): void {
  const holders = findHolders(path);
  if (holders.length > 0)
    throw new CopyError(
      `${path} is in use by process ${holders.join(", ")}: stop all of dwld, and repeat. Nothing was changed.`,
    );
}
