import { sql } from "kysely";
import { query, type Transaction } from "./database.ts";

/** What the deletions since a revision leave to be removed from this machine's disk. */
export function deletedSince(
  database: Transaction,
  revision: number,
): { id: string; revision: number; removePaths: string[] }[] {
  return database
    .all(query.selectFrom("tombstones").selectAll().where("revision", ">", revision).orderBy("revision"))
    .map(({ id, revision: at, remove_paths }) => ({
      id,
      revision: at,
      removePaths: JSON.parse(remove_paths) as string[],
    }));
}

/** Whether a task still needs its working folder. One that is canceled does until its owner has let go. */
export function needsWorkingFolder(database: Transaction, id: string): boolean {
  const task = database.get(query.selectFrom("tasks").select(["state", "owner"]).where("id", "=", id));
  if (task === undefined) return false;
  return task.state === "CANCELED" ? task.owner !== null : task.state !== "DONE";
}

/** Canceled tasks without an owner, changed since a revision. */
export function canceledSince(database: Transaction, revision: number): { id: string; revision: number }[] {
  return database.all(
    query
      .selectFrom("tasks")
      .select(["id", "revision"])
      .where("revision", ">", revision)
      .where("state", "=", sql.lit("CANCELED"))
      .where("owner", "is", null)
      .orderBy("revision"),
  );
}
