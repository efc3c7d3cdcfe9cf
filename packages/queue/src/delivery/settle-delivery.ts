import { sql } from "kysely";
import type { Lease } from "../lease/claim-task.ts";
import { type Database, query, type Transaction } from "../table/database.ts";
import type { FailureFacts } from "../task/failure-facts.ts";
import { joinTexts, parseTexts, serializeTexts, type Texts } from "../task/texts.ts";
import { refuseUndelivered } from "./deliver-file.ts";
import { giveBack, leave, type Settled, settleFailure, success } from "../lease/leave-task.ts";

export type DeliveryOutcome =
  | {
      outcome: "delivered";
      /** What is not quite as it was asked for, said to a person; it stands behind what was said of the download. */
      remark?: Texts;
    }
  | { outcome: "kept"; remark?: Texts }
  | { outcome: "failed"; failure: FailureFacts; retryAt: number | null }
  | { outcome: "interrupted" };

/**
 * As `settleDownload`, for a task in SENDING.
 *
 * @throws Error where it is said to be delivered and one of its files is not: a defect, and never a lie.
 */
export async function settleDelivery(
  database: Database,
  lease: Lease,
  outcome: DeliveryOutcome,
  now: number,
): Promise<Settled> {
  const settled = await database.write((transaction): Settled => {
    switch (outcome.outcome) {
      case "delivered": {
        const columns = { ...success, ...remarkColumn(lease, outcome.remark) };
        if (!leave(transaction, lease, "SENDING", "delivered", columns, now)) return "lost";
        refuseUndelivered(transaction, lease.task);
        return "settled";
      }
      case "kept":
        // Delivery was switched off meanwhile: back, and done where it is.
        if (!leave(transaction, lease, "SENDING", "requeued", remarkColumn(lease, outcome.remark), now)) return "lost";
        keepHere(transaction, now, lease.task.seq);
        return "settled";
      case "failed":
        return settleFailure(transaction, lease, "SENDING", outcome, now);
      case "interrupted":
        return leave(transaction, lease, "SENDING", "requeued", {}, now) ? "settled" : "lost";
    }
  });
  if (settled === "settled") giveBack(lease);
  return settled;
}

/** The remark on the delivery stands behind that on the download. */
function remarkColumn({ task }: Lease, remark: Texts | undefined) {
  const remarks = [parseTexts(task.remark_texts), remark].filter((texts) => texts !== undefined);
  return { remark_texts: serializeTexts(joinTexts(remarks)) };
}

/** Delivery is off: what waits for the sender is done where it lies. The number of tasks. */
export function keepHere(transaction: Transaction, now: number, seq?: number): number {
  return transaction.run(
    query
      .updateTable("tasks")
      .set({ state: "DONE", not_before: null, finished_at: now, updated_at: now, ...success })
      .where("state", "=", sql.lit("READY_TO_SEND"))
      .$if(seq !== undefined, (statement) => statement.where("seq", "=", seq ?? 0)),
  );
}
