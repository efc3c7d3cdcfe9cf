import { type Family, gauge } from "@dwld/daemon";
import {
  countTasks,
  type Database,
  longestWaiting,
  sitesNamed,
  taskStates,
  type Wait,
  type WaitedTask,
} from "@dwld/queue";
import type { WaitReader } from "../wait/wait-reader.ts";

/** Every reason, so that one that ends is told as 0. */
const reasons: Readonly<Record<Wait["reason"], true>> = {
  ...{ start_time: true, next_attempt: true, site_paused: true, site_limit: true, place: true, yielded: true },
  ...{ disk_space: true, limit: true, worker: true, sender: true, destination: true },
};

/** Returns the number of tasks in each state, and for how long the ones that have waited longest wait for what. */
export async function backlogFamilies(database: Database, waits: WaitReader, nowMs: number): Promise<Family[]> {
  const counts = await countTasks(database, "all");
  const tasks = await longestWaiting(database);
  const sites = await sitesNamed(database, [...new Set(tasks.map(({ site }) => site))]);
  const waitOf = await waits.beginWithoutPlaces(sites);
  const longest = new Map<string, number>(Object.keys(reasons).map((reason) => [reason, 0]));
  for (const task of tasks) {
    const reason = waitOf(task)?.reason;
    if (reason !== undefined) longest.set(reason, Math.max(longest.get(reason) ?? 0, waitedMs(task, nowMs)));
  }
  return [
    gauge(
      "dwld_tasks",
      "Tasks of the table by their state.",
      taskStates.map((state) => [{ state: state.toLowerCase() }, counts[state]]),
    ),
    gauge(
      "dwld_oldest_waiting_seconds",
      "For how long the task that has waited longest has waited, by what it waits for.",
      [...longest].map(([reason, ms]) => [{ reason }, ms / 1000]),
    ),
  ];
}

/** A task whose time has come waits since then; one that waits for a time, since it was put off. */
function waitedMs({ due_at: dueAt, updated_at: updatedAt }: WaitedTask, nowMs: number): number {
  return Math.max(0, nowMs - (dueAt <= nowMs ? dueAt : updatedAt));
}
