import type { Selectable } from "kysely";
import { type Database, query, type Transaction } from "../store/database.ts";
import type { TokensTable } from "../store/schema.ts";
import { inForce } from "./in-force.ts";

/** Sessions of one token. The oldest is ended by one more. */
const mostOfToken = 100;

type SessionRow = Omit<Selectable<TokensTable>, "used_at" | "revoked_at" | "session_of"> & {
  readonly session_of: string;
  readonly expires_at: number;
};

/**
 * Stores a session, and forgets those of its token that have expired, and the oldest beyond a hundred. Returns false, and
 * stores nothing, if since its caller was let in the token was revoked or expired, or the replaced session was ended.
 *
 * @param replaced the id of a session that ends at `replacedUntil` (ms since the epoch) in its favour.
 */
export async function insertSession(
  database: Database,
  row: SessionRow,
  { now, replaced, replacedUntil }: { now: number; replaced: string | undefined; replacedUntil: number },
): Promise<boolean> {
  return await database.write(async (transaction) => {
    if (!(await isInForce(transaction, row.session_of, now))) return false;
    if (replaced !== undefined && !(await isInForce(transaction, replaced, now))) return false;
    transaction.tell("access");
    const ofToken = query.deleteFrom("tokens").where("session_of", "=", row.session_of);
    await transaction.run(ofToken.where("expires_at", "<=", now));
    const newest = query
      .selectFrom("tokens")
      .select("id")
      .where("session_of", "=", row.session_of)
      .orderBy("expires_at", "desc")
      .limit(mostOfToken - 1);
    await transaction.run(ofToken.where("id", "not in", newest));
    if (replaced !== undefined)
      await transaction.run(
        query
          .updateTable("tokens")
          .set({ expires_at: replacedUntil })
          .where("id", "=", replaced)
          .where("expires_at", ">", replacedUntil),
      );
    await transaction.run(query.insertInto("tokens").values(row));
    return true;
  }, false);
}

async function isInForce(transaction: Transaction, id: string, now: number): Promise<boolean> {
  const row = await transaction.get(query.selectFrom("tokens").select("id").where("id", "=", id).where(inForce(now)));
  return row !== undefined;
}

/** Ends one session of a token, or all. Returns how many there were. */
export async function deleteSessions(database: Database, token: string, session?: string): Promise<number> {
  return await database.write(async (transaction) => {
    transaction.tell("access");
    return await deleteSessionsIn(transaction, token, session);
  }, false);
}

export async function deleteSessionsIn(transaction: Transaction, token: string, session?: string): Promise<number> {
  const ofToken = query.deleteFrom("tokens").where("session_of", "=", token);
  return await transaction.run(session === undefined ? ofToken : ofToken.where("id", "=", session));
}
