import { eventually } from "@dwld/timing/testing";
import Sqlite from "better-sqlite3";

/**
 * Freezes a process while it is in no transaction: SQLite has no way past a lock whose holder stands still.
 *
 * @param path of the task table.
 */
export async function freezeBetweenWrites(
  path: string,
  send: (signal: "SIGSTOP" | "SIGCONT") => unknown,
): Promise<void> {
  const table = new Sqlite(path, { timeout: 200 });
  try {
    await eventually("it is frozen between two writes", () => {
      send("SIGSTOP");
      try {
        table.exec("BEGIN IMMEDIATE; ROLLBACK");
        return true;
      } catch (error) {
        if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
        send("SIGCONT");
        return false;
      }
    });
  } finally {
    table.close();
  }
}
