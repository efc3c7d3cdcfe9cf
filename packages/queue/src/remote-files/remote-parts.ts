import { sql } from "kysely";
import { type Database, fixed, query, type Transaction, type Reader } from "../store/database.ts";
import type { FileRow } from "../store/schema.ts";

/**
 * Temporary files on a server. Each is recorded before it is begun, so that a crash leaves none there that nobody knows
 * of. The record is deleted when the file gets its final name. When a task ends, a trigger marks the rest to be
 * removed.
 */

/** A name on a server. */
export type RemoteName = { destination: string; path: string };

/** Records a temporary file, together with the reservation of the final name. */
export async function keepPart(
  transaction: Transaction,
  { destination, path }: RemoteName,
  fileSeq: number,
): Promise<void> {
  const insert = "INSERT INTO remote_parts (destination, path, file_seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
  await transaction.run(fixed(insert, destination, path, fileSeq));
}

/** Marks the parts of a delivered file to be removed. */
export async function abandonParts(transaction: Transaction, fileSeq: number): Promise<void> {
  await transaction.run(
    fixed("UPDATE remote_parts SET remove_after = 0 WHERE file_seq = ? AND remove_after IS NULL", fileSeq),
  );
}

export async function forgetPartIn(transaction: Transaction, { destination, path }: RemoteName): Promise<void> {
  await transaction.run(fixed("DELETE FROM remote_parts WHERE destination = ? AND path = ?", destination, path));
}

/** Deletes the record of a part that was removed from the server. */
export async function forgetPart(database: Database, part: RemoteName): Promise<void> {
  await database.write(async (transaction) => {
    await forgetPartIn(transaction, part);
  }, false);
}

/** Returns the paths of the parts that earlier runs began of a file on a server. */
export async function partsOf(database: Reader, file: FileRow, destination: string): Promise<string[]> {
  const parts = "SELECT path FROM remote_parts WHERE file_seq = ? AND destination = ?";
  return (await database.all(fixed<{ path: string }>(parts, file.seq, destination))).map(({ path }) => path);
}

export type RemovablePart = RemoteName & { /** The number of failed removals. */ removals: number };

/** Returns parts that are due to be removed from a server, at most `limit`. */
export async function partsToRemove(
  database: Reader,
  destination: string,
  now: number,
  limit: number,
): Promise<RemovablePart[]> {
  return await database.all(
    query
      .selectFrom("remote_parts")
      .select(["destination", "path", "removals"])
      .where("destination", "=", destination)
      .where("remove_after", "<=", now)
      .where("remove_after", "is not", null)
      .orderBy("remove_after")
      .limit(limit),
  );
}

/** Postpones the removal of a part that the server did not remove. */
export async function putOffRemoval(database: Database, { destination, path }: RemoteName, until: number) {
  await database.write(async (transaction) => {
    await transaction.run(
      query
        .updateTable("remote_parts")
        .set({ remove_after: until, removals: sql<number>`removals + 1` })
        .where("destination", "=", destination)
        .where("path", "=", path),
    );
  }, false);
}
