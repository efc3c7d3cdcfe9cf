import { carryOut, type Database, deliveryBounds, type Handler, type Lease } from "@dwld/queue";
import { createDeliveryHandler } from "../delivery-handler.ts";
import type { DeliveryContext } from "../delivery-context.ts";

const never = new AbortController().signal;

/** Delivers a claimed task to the end of its lease, as the runner does. A defect of the handler is thrown. */
export async function deliverTask(
  context: DeliveryContext,
  { lease, signal = never }: { lease: Lease; signal?: AbortSignal },
): Promise<void> {
  await carryOutDelivery(context.database, createDeliveryHandler(context), { lease, signal });
}

export async function carryOutDelivery(
  database: Database,
  handler: Handler<"delivery">,
  { lease, signal = never }: { lease: Lease; signal?: AbortSignal },
): Promise<void> {
  const onError = (error: unknown) => {
    throw error;
  };
  const boundsOf = (task: Lease["task"]) => deliveryBounds(task, 3_600_000);
  await carryOut({ database, kind: "delivery", handler, boundsOf, onError }, { lease, signal });
}
