import { type Database, fixed, query, type Reader, type Transaction } from "../store/database.ts";
import type { NoticeRow } from "../store/schema-of-notices.ts";
import { addMessage } from "../outbox/outbox.ts";

/** The conclusions of a look at the conditions. */
export type Conclusion = {
  /** The rows that are written. */
  readonly rows: readonly NoticeRow[];
  /** The rows that are deleted. */
  readonly forgotten: readonly Pick<NoticeRow, "kind" | "subject">[];
  /** The messages to the operator. */
  readonly messages: readonly { readonly lane: string; readonly notice: string }[];
};

/** The number of messages that wait for one target at most. */
const mostWaiting = 20;

/** Returns the conditions that are watched, were told, or ended in the last weeks. */
export async function listNotices(database: Reader): Promise<NoticeRow[]> {
  return await database.all(query.selectFrom("notices").selectAll().orderBy("kind").orderBy("subject"));
}

/**
 * Concludes what the operator is told, and writes it with the messages in one transaction: of several processes that see the
 * same, one tells it.
 *
 * @param conclude may be called twice. If it concludes nothing, nothing is written.
 */
export async function concludeNotices(
  database: Database,
  conclude: (rows: readonly NoticeRow[]) => Conclusion,
  now: number,
): Promise<Conclusion> {
  const foreseen = conclude(await listNotices(database));
  if (isNothing(foreseen)) return foreseen;
  return await database.write(async (transaction) => {
    const conclusion = conclude(await listNotices(transaction));
    await store(transaction, conclusion, now);
    return conclusion;
  }, false);
}

function isNothing({ rows, forgotten, messages }: Conclusion): boolean {
  return rows.length + forgotten.length + messages.length === 0;
}

async function store(transaction: Transaction, { rows, forgotten, messages }: Conclusion, now: number): Promise<void> {
  for (const row of rows) {
    const { kind: _, subject: __, ...columns } = row;
    const statement = query.insertInto("notices").values(row);
    await transaction.run(
      statement.onConflict((conflict) => conflict.columns(["kind", "subject"]).doUpdateSet(columns)),
    );
  }
  for (const { kind, subject } of forgotten)
    await transaction.run(fixed("DELETE FROM notices WHERE kind = ? AND subject = ?", kind, subject));
  for (const message of messages) await addMessage(transaction, { ...message, most: mostWaiting }, now);
}
