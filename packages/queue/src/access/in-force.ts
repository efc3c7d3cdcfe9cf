import type { ExpressionBuilder } from "kysely";
import type { Schema } from "../store/schema.ts";

/** The condition that a token or a session is neither revoked nor expired. @param now milliseconds since the epoch. */
export function inForce(now: number) {
  return (where: ExpressionBuilder<Schema, "tokens">) =>
    where.and([
      where("revoked_at", "is", null),
      where.or([where("expires_at", "is", null), where("expires_at", ">", now)]),
    ]);
}
