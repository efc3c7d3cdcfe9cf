import { sql } from "kysely";
import type { Lease } from "./claim-task.ts";
import { type Database, query, type Transaction } from "./database.ts";
import { sqliteCode } from "./database-error.ts";
import type { FileRow } from "./schema.ts";

/**
 * Reserves a name on a server for a file before anything is sent, since a rename overwrites on some servers.
 * `taken`: another file has it; choose another name. `lost`: the lease is somebody else's.
 */
export async function reserveRemotePath(
  database: Database,
  lease: Lease,
  file: FileRow,
  destination: string,
  remotePath: string,
): Promise<"reserved" | "taken" | "lost"> {
  return await database.write((transaction) => {
    if (!holdsDelivery(transaction, lease)) return "lost";
    try {
      const reserved = transaction.run(
        query
          .updateTable("files")
          .set({ destination, remote_path: remotePath })
          .where("seq", "=", file.seq)
          .where("task_seq", "=", lease.task.seq),
      );
      return reserved > 0 ? "reserved" : "lost";
    } catch (error) {
      if (sqliteCode(error) === "SQLITE_CONSTRAINT_UNIQUE") return "taken";
      throw error;
    }
  }, false);
}

/** The server's copy was verified. False when the lease is lost: then nothing may be deleted. */
export async function markDelivered(
  database: Database,
  lease: Lease,
  file: FileRow,
  verifiedBy: string,
  now: number,
): Promise<boolean> {
  return await database.write((transaction) => {
    if (!holdsDelivery(transaction, lease)) return false;
    const marked = transaction.run(
      query
        .updateTable("files")
        .set({ delivered_at: now, verified_by: verifiedBy })
        .where("seq", "=", file.seq)
        .where("task_seq", "=", lease.task.seq),
    );
    return marked > 0;
  }, false);
}

/** The source is gone from the disk. */
export async function markSourceDeleted(database: Database, file: FileRow): Promise<void> {
  await database.write((transaction) => {
    transaction.run(query.updateTable("files").set({ local_path: null }).where("seq", "=", file.seq));
  }, false);
}

/** The source lies elsewhere on this machine from now on. */
export async function noteLocalPath(database: Database, file: FileRow, localPath: string): Promise<void> {
  await database.write((transaction) => {
    transaction.run(query.updateTable("files").set({ local_path: localPath }).where("seq", "=", file.seq));
  }, false);
}

/** Counts a delivery that was tried and did not end in an interruption. */
export async function countDeliveryAttempt(database: Database, lease: Lease): Promise<void> {
  await database.write((transaction) => {
    transaction.run(
      query
        .updateTable("tasks")
        .set({ delivery_attempt_count: sql<number>`delivery_attempt_count + 1` })
        .where("seq", "=", lease.task.seq)
        .where("owner", "=", lease.token)
        .where("state", "=", "SENDING"),
    );
  }, false);
}

function holdsDelivery(transaction: Transaction, lease: Lease): boolean {
  const held = transaction.get(
    query
      .selectFrom("tasks")
      .select("seq")
      .where("seq", "=", lease.task.seq)
      .where("owner", "=", lease.token)
      .where("state", "=", "SENDING"),
  );
  return held !== undefined;
}
