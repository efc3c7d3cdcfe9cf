import type { Check } from "@dwld/daemon";
import { checkTable, type Database } from "@dwld/queue";

/** Checks that the task table can be read and written, and is still the file that was opened. */
export function databaseCheck(database: Database): Check {
  return {
    name: "database",
    check: async () => {
      // Takes the write lock, and changes nothing.
      await database.write(async () => {}, false);
      return await checkTable(database);
    },
  };
}
