import { sql } from "kysely";
import { type Host, hostsWithinReach } from "../hosts/host.ts";
import { type Database, fixed, query, raw, type Reader, type Transaction } from "../store/database.ts";
import type { FileRow } from "../store/schema.ts";
import type { TaskState } from "../store/task-state.ts";

/** Returns the ids of the tasks that were deleted since a revision. */
export async function deletedSince(database: Reader, revision: number): Promise<string[]> {
  const deleted = "SELECT id FROM tombstones WHERE revision > ? ORDER BY revision";
  return (await database.all(fixed<{ id: string }>(deleted, revision))).map(({ id }) => id);
}

/** Records that the files of a deleted task are to be removed, each by a worker of its host. */
export async function recordRemovals(transaction: Transaction, files: readonly FileRow[]): Promise<void> {
  const record = "INSERT INTO files_to_remove (host, path) VALUES (?, ?) ON CONFLICT DO NOTHING";
  for (const { host, local_path: path } of files) if (path !== null) await transaction.run(fixed(record, host, path));
}

/** Returns the paths of the files of deleted tasks that are within the reach of a host. */
export async function filesToRemove(database: Reader, host: Host): Promise<string[]> {
  const hosts = await hostsWithinReach(database, host);
  const rows = await database.all(query.selectFrom("files_to_remove").select("path").where("host", "in", hosts));
  return [...new Set(rows.map(({ path }) => path))];
}

/** Records that files of deleted tasks were removed: a later file under such a path is another one. */
export async function noteRemoved(database: Database, host: Host, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await database.write(async (transaction) => {
    const hosts = await hostsWithinReach(transaction, host);
    for (const path of paths)
      await transaction.run(query.deleteFrom("files_to_remove").where("host", "in", hosts).where("path", "=", path));
  }, false);
}

/**
 * Returns whether a host needs its working folder of a task. That of a canceled task is needed until its owner has
 * released it, and again if it is retried; that of a failed one, if it has files to deliver; one with older parts than
 * another host has, not before it is retried here. `never`: the task is done or deleted, and nobody will have it in work
 * again.
 */
export async function workdirNeed(database: Reader, id: string, host: Host): Promise<"now" | "not now" | "never"> {
  const task = await database.get(
    query.selectFrom("tasks").select(["seq", "state", "owner", "host", "process_id"]).where("id", "=", id),
  );
  if (task === undefined || task.state === "DONE") return "never";
  if (task.state === "CANCELED" && task.owner === null) return "not now";
  if (task.state === "FAILED" && !(await hasFiles(database, task.seq))) return "not now";
  const place = await placeOf(database, task);
  return place === undefined || (await hostsWithinReach(database, host)).includes(place) ? "now" : "not now";
}

/** Returns whether a task was downloaded: its delivery may be tried again. */
async function hasFiles(database: Reader, seq: number): Promise<boolean> {
  const files = "SELECT 1 FROM files WHERE task_seq = ? AND local_path IS NOT NULL LIMIT 1";
  return (await database.get(fixed(files, seq))) !== undefined;
}

type Placed = { seq: number; state: TaskState; host: string; process_id: string | null };

/** Returns the host that has the files or the newest parts of a task; undefined if nobody knows. */
async function placeOf(database: Reader, { seq, state, host, process_id }: Placed): Promise<string | undefined> {
  if (state === "READY_TO_SEND" || state === "SENDING") return host;
  if (process_id !== null) {
    const holder = "SELECT host FROM processes WHERE id = ?";
    return (await database.get(fixed<{ host: string }>(holder, process_id)))?.host;
  }
  const last = "SELECT host FROM attempts WHERE task_seq = ? ORDER BY number DESC LIMIT 1";
  return (await database.get(fixed<{ host: string }>(last, seq)))?.host;
}

/**
 * Returns the tasks, changed since a revision, that may need a working folder no more: done, canceled and released, or
 * failed, perhaps on another host.
 */
export async function endedSince(database: Reader, revision: number): Promise<{ id: string; revision: number }[]> {
  // INDEXED BY, since the planner, without statistics, would read and sort all tasks that ever ended.
  return await database.all(
    raw(sql<{ id: string; revision: number }>`
      SELECT id, revision FROM tasks INDEXED BY tasks_by_revision
      WHERE revision > ${revision} AND state IN ('CANCELED', 'DONE', 'FAILED') AND owner IS NULL
      ORDER BY revision`),
  );
}
