import { sql } from "kysely";
import { type Database, query, raw, type Reader } from "../store/database.ts";

/** Returns what the deletions since a revision leave to be removed from this machine's disk. */
export async function deletedSince(
  database: Reader,
  revision: number,
): Promise<{ id: string; revision: number; removePaths: string[] }[]> {
  return (
    await database.all(query.selectFrom("tombstones").selectAll().where("revision", ">", revision).orderBy("revision"))
  ).map(({ id, revision: at, remove_paths }) => ({
    id,
    revision: at,
    removePaths: JSON.parse(remove_paths) as string[],
  }));
}

/** Records that the files of deleted tasks were removed: a later file under their path is another one. */
export async function noteRemoved(database: Database, ids: readonly string[]): Promise<void> {
  await database.write(async (transaction) => {
    for (const id of ids)
      await transaction.run(query.updateTable("tombstones").set({ remove_paths: "[]" }).where("id", "=", id));
  }, false);
}

/**
 * Returns whether a task needs its working folder. A canceled one does until its owner has released it, and again if it
 * is retried; `never`: it is done or deleted, and nobody will have it in work again.
 */
export async function workdirNeed(database: Reader, id: string): Promise<"now" | "not now" | "never"> {
  const task = await database.get(query.selectFrom("tasks").select(["state", "owner"]).where("id", "=", id));
  if (task === undefined || task.state === "DONE") return "never";
  return task.state === "CANCELED" && task.owner === null ? "not now" : "now";
}

/**
 * Returns the tasks, changed since a revision, that need their working folder no more: done, or canceled and released.
 */
export async function endedSince(database: Reader, revision: number): Promise<{ id: string; revision: number }[]> {
  // INDEXED BY, since the planner, without statistics, would read and sort all tasks that ever ended.
  return await database.all(
    raw(sql<{ id: string; revision: number }>`
      SELECT id, revision FROM tasks INDEXED BY tasks_by_revision
      WHERE revision > ${revision} AND state IN ('CANCELED', 'DONE') AND owner IS NULL
      ORDER BY revision`),
  );
}
