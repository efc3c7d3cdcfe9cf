import type { Lease } from "../leases/claim-task.ts";
import { clearedFailure, endLease, type Failed, failLease, type Settled } from "../leases/end-lease.ts";
import { type Database, fixed, type Transaction } from "../store/database.ts";
import type { FileRow } from "../store/schema.ts";
import type { Columns } from "../store/transition.ts";
import { joinTexts, parseTexts, serializeTexts, type Texts } from "../tasks/texts.ts";
import { countedAttempt, recordCopies, refuseUndelivered, type VerifiedCopy } from "../remote-files/deliver-file.ts";

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
  /** Copies that are recorded in the same transaction. */
  copies?: readonly VerifiedCopy[];
  /** Files whose source leaves the disk when this is recorded, or has left it. */
  sources?: readonly FileRow[];
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
    // Before the end of the lease, which forgets the names of files that are not delivered.
    await recordCopies(transaction, lease, outcome.copies ?? [], now);
    const settled = await applyOutcome(transaction, lease, outcome, now);
    if (settled === "settled") for (const file of outcome.sources ?? []) await forgetSource(transaction, file);
    return settled;
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

/** A copy in a folder of this machine has taken the source's place, and stays. */
async function forgetSource(transaction: Transaction, { seq, local_path }: FileRow): Promise<void> {
  await transaction.run(fixed("UPDATE files SET local_path = NULL WHERE seq = ? AND local_path = ?", seq, local_path));
}

/** The remark on the delivery follows that on the download. */
function remarkColumn({ task }: Lease, remark: Texts | undefined) {
  const remarks = [parseTexts(task.remark_texts), remark].filter((texts) => texts !== undefined);
  return { remark_texts: serializeTexts(joinTexts(remarks)) };
}
