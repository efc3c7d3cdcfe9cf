import type { Selectable } from "kysely";
import { type Database, fixed, query, type Reader } from "../store/database.ts";
import type { TokensTable } from "../store/schema.ts";
import { inForce } from "./in-force.ts";
import { deleteSessionsIn } from "./sessions.ts";

export type TokenRow = Selectable<TokensTable>;

/** Returns all tokens, the revoked ones too, and their sessions, oldest first. */
export async function listTokens(database: Reader): Promise<TokenRow[]> {
  return await database.all(query.selectFrom("tokens").selectAll().orderBy("created_at").orderBy("id"));
}

/** Stores a token. Returns false, and stores nothing, if one of its name is in force. */
export async function insertToken(
  database: Database,
  row: Omit<TokenRow, "used_at" | "revoked_at" | "session_of">,
  now: number,
): Promise<boolean> {
  return await database.write(async (transaction) => {
    const rival = await transaction.get(
      query
        .selectFrom("tokens")
        .select("id")
        .where("name", "=", row.name)
        .where("session_of", "is", null)
        .where(inForce(now)),
    );
    if (rival !== undefined) return false;
    transaction.tell("access");
    await transaction.run(query.insertInto("tokens").values(row));
    return true;
  }, false);
}

/** Revokes the token that has this id, and ends its sessions. Returns false if there is none, or if it was revoked before. */
export async function revokeToken(database: Database, id: string, now: number): Promise<boolean> {
  return await database.write(async (transaction) => {
    transaction.tell("access");
    await deleteSessionsIn(transaction, id);
    const revoked = await transaction.run(
      query.updateTable("tokens").set({ revoked_at: now }).where("id", "=", id).where("revoked_at", "is", null),
    );
    return revoked > 0;
  }, false);
}

/** Records that tokens were used. @param uses the times, ms since the epoch, by the id of the token. */
export async function noteTokenUses(database: Database, uses: ReadonlyMap<string, number>): Promise<void> {
  await database.write(async (transaction) => {
    for (const [id, usedAt] of uses)
      await transaction.run(fixed("UPDATE tokens SET used_at = ? WHERE id = ?", usedAt, id));
  }, false);
}
