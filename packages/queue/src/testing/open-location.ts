import { readFileSync } from "node:fs";
import type { Database, DatabaseOptions } from "../store/database.ts";
import type { DatabaseLocation } from "../store/location.ts";
import { openDatabase } from "../store/open-database.ts";

/** Opens a task table as the apps do, with the password from its file. */
export async function openLocation(location: DatabaseLocation, options: DatabaseOptions = {}): Promise<Database> {
  return await openDatabase(location, { ...options, readSecret: (file) => readFileSync(file, "utf8").trim() });
}
