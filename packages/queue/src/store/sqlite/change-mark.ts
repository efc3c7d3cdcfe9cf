import BetterSqlite3 from "better-sqlite3";
import type { SqliteLocation } from "../location.ts";
import { explainOpenError } from "./sqlite-error.ts";

/**
 * Returns a text that another one follows as soon as a task or a token is made or changed: no attempt begins, nothing is
 * delivered and no link is accepted without. A table of a newer dwld has it, too.
 */
export function changeMark({ path }: SqliteLocation): string {
  try {
    const sqlite = new BetterSqlite3(path, { readonly: true, timeout: 2000, fileMustExist: true });
    try {
      const text =
        "SELECT name || ' ' || value FROM counters WHERE name IN ('seq', 'revision', 'access') ORDER BY name";
      return sqlite.prepare<[], string>(text).pluck().all().join(", ");
    } finally {
      sqlite.close();
    }
  } catch (error) {
    throw explainOpenError(error, path);
  }
}
