import type { Lease } from "../leases/claim-task.ts";
import { clearedFailure, endLease, type Failed, failLease, type Settled } from "../leases/end-lease.ts";
import { type Database, query, type Transaction } from "../store/database.ts";
import type { FileRow } from "../store/schema.ts";
import type { Columns } from "../store/transition.ts";
import { joinTexts, parseTexts, serializeTexts, type Texts } from "../tasks/texts.ts";
import { countedAttempt, refuseUndelivered } from "../remote-files/deliver-file.ts";

export type DeliveryOutcome = (
  | {
      outcome: "delivered";
      /** A remark to a person about how the result differs from what was asked for. It follows that on the download. */
      remark?: Texts;
    }
  | (Pick<Failed, "failure" | "retryAt"> & {
      outcome: "failed";
      /** False: this is no attempt of the task, since any other would have failed as well. Default: true. */
      counts?: boolean;
    })
  | { outcome: "interrupted" }
) & {
  /** Files whose sources were deleted from the disk. That is recorded even if the lease is lost. */
  sourcesDeleted?: readonly FileRow[];
};

/**
 * Ends a delivery and gives its lease back, in one transaction.
 *
 * @throws Error if the outcome is `delivered` and a file of the task is not: a defect.
 */
export async function settleDelivery(
  database: Database,
  lease: Lease,
  outcome: DeliveryOutcome,
  now: number,
): Promise<Settled> {
  return await database.write(async (transaction) => {
    for (const { seq } of outcome.sourcesDeleted ?? [])
      await transaction.run(query.updateTable("files").set({ local_path: null }).where("seq", "=", seq));
    return await applyOutcome(transaction, lease, outcome, now);
  });
}

async function applyOutcome(
  transaction: Transaction,
  lease: Lease,
  outcome: DeliveryOutcome,
  now: number,
): Promise<Settled> {
  const end = async (event: "delivered" | "requeued", columns: Columns) =>
    await endLease(transaction, lease, { from: "SENDING", event }, { ...columns, updated_at: now });
  switch (outcome.outcome) {
    case "delivered": {
      const settled = await end("delivered", {
        ...clearedFailure,
        ...countedAttempt,
        ...remarkColumn(lease, outcome.remark),
      });
      if (settled === "settled") await refuseUndelivered(transaction, lease.task);
      return settled;
    }
    case "failed": {
      const { failure, retryAt, counts = true } = outcome;
      const columns = counts ? countedAttempt : {};
      return await failLease(transaction, lease, "SENDING", { failure, retryAt, columns, now });
    }
    case "interrupted":
      return await end("requeued", {});
  }
}

/** The remark on the delivery follows that on the download. */
function remarkColumn({ task }: Lease, remark: Texts | undefined) {
  const remarks = [parseTexts(task.remark_texts), remark].filter((texts) => texts !== undefined);
  return { remark_texts: serializeTexts(joinTexts(remarks)) };
}
