import { statSync } from "node:fs";
import type { Check } from "@dwld/daemon";
import { countTasks, type Database } from "@dwld/queue";

/**
 * Whether the task table can be read and written, and is still the file that was opened: one that was removed or
 * replaced would take everything to its grave.
 */
export function databaseCheck(database: Database): Check {
  const opened = inode(database.path);
  return {
    name: "database",
    check: async () => {
      countTasks(database);
      if (inode(database.path) !== opened)
        return { ok: false, reason: `${database.path} is gone or another file: restart dwld` };
      // Takes the write lock, and changes nothing.
      await database.write(() => undefined, false);
      return { ok: true };
    },
  };
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
