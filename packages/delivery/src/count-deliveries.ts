import { type Metrics, workBounds } from "@dwld/daemon";
import type { DeliveryOutcome } from "@dwld/queue";

/** `put_off`: it failed, and is tried again later. */
const outcomes = ["delivered", "put_off", "failed", "interrupted"] as const;

export type CountDelivery = (outcome: DeliveryOutcome, facts: { bytes: number; tookMs: number }) => void;

/** Returns a function that counts a delivery whose outcome is recorded. */
export function countDeliveries(metrics: Metrics): CountDelivery {
  const deliveries = metrics.counter("dwld_deliveries_total", "Deliveries of a task that have ended.", ["outcome"]);
  const bytes = metrics.counter("dwld_delivered_bytes_total", "Bytes of files whose copies were verified.");
  const durations = metrics.histogram("dwld_delivery_duration_seconds", "Time of deliveries.", {
    bounds: workBounds,
    labels: ["outcome"],
  });
  for (const outcome of outcomes) deliveries.add({ outcome }, 0);
  return (ended, { bytes: copied, tookMs }) => {
    const outcome = ended.outcome === "failed" && ended.retryAt !== null ? "put_off" : ended.outcome;
    deliveries.add({ outcome });
    bytes.add({}, copied);
    durations.observe({ outcome }, tookMs / 1000);
  };
}
