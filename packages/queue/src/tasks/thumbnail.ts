import { sql } from "kysely";
import { isInScope, type Scope } from "../access/scope.ts";
import { query, type Reader, type Transaction } from "../store/database.ts";

/**
 * Returns the picture of a task, a JPEG of at most 32 KiB. Undefined if it has none, and for a task beyond the scope as for
 * one that does not exist.
 */
export async function findThumbnail(database: Reader, id: string, scope: Scope): Promise<Buffer | undefined> {
  const found = await database.get(
    query
      .selectFrom("tasks")
      .innerJoin("thumbnails", "task_seq", "seq")
      .select(["jpeg", "chat_id"])
      .where("id", "=", id)
      .where("hidden", "=", sql.lit(0)),
  );
  return found !== undefined && isInScope(scope, found.chat_id) ? found.jpeg : undefined;
}

/** Stores the picture of a task in place of an earlier one. */
export async function storeThumbnail(transaction: Transaction, taskSeq: number, jpeg: Buffer): Promise<void> {
  await transaction.run(
    query
      .insertInto("thumbnails")
      .values({ task_seq: taskSeq, jpeg })
      .onConflict((conflict) => conflict.column("task_seq").doUpdateSet({ jpeg })),
  );
}
