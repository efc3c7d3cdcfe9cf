import { sql } from "kysely";
import { raw } from "./claim-task.ts";
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
  // INDEXED BY, since without statistics the planner reads and sorts all that were ever canceled.
  return database.all(
    raw(sql<{ id: string; revision: number }>`
      SELECT id, revision FROM tasks INDEXED BY tasks_canceled
      WHERE state = 'CANCELED' AND revision > ${revision} AND owner IS NULL
      ORDER BY revision`),
  );
}
