import { type Metrics, waitBounds } from "@dwld/daemon";
import type { ClaimKind, RunnerEvent } from "@dwld/queue";

/** Returns a function that counts the events of a runner. */
export function countRunner(metrics: Metrics, kind: ClaimKind): (event: RunnerEvent) => void {
  const labels = { kind };
  const waits = metrics.histogram("dwld_queue_wait_seconds", "Time from when a task was due to its claim.", {
    bounds: waitBounds,
    labels: ["kind"],
  });
  const lost = metrics.counter("dwld_leases_lost_total", "Runs whose task was another process's when they ended.", [
    "kind",
  ]);
  const expired = metrics.counter(
    "dwld_leases_expired_total",
    "Tasks that this process gave back to the line since their process was dead.",
  );
  const defects = metrics.counter("dwld_defects_total", "Runs that ended by a defect of dwld; its log has them.", [
    "kind",
  ]);
  lost.add(labels, 0);
  defects.add(labels, 0);
  return (told) => {
    switch (told.event) {
      case "claimed":
        waits.observe(labels, told.waitedMs / 1000);
        break;
      case "lost":
        lost.add(labels);
        break;
      case "expired":
        expired.add({}, told.tasks);
        break;
      case "defect":
        defects.add(labels);
    }
  };
}
