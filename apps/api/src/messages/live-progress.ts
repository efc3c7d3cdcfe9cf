import { type LiveProgress, parseProgress } from "@dwld/progress";
import type { TaskRow } from "@dwld/queue";

/** Reads live progress from the cache. It answers within some 45 ms, with what it has. */
export type ProgressReader = {
  get(ids: readonly string[]): Promise<ReadonlyMap<string, LiveProgress>>;
  /** "ok", or what is wrong. */
  state(): string;
};

type TaskInWork = Pick<TaskRow, "id" | "state" | "progress">;

export function isInWork({ state }: Pick<TaskRow, "state">): boolean {
  return state === "DOWNLOADING" || state === "SENDING";
}

/** Returns the progress in the task's row, which is up to 5 s old; undefined if there is none. */
export function storedProgress(task: TaskInWork): LiveProgress | undefined {
  return task.progress === null || !isInWork(task) ? undefined : parseProgress(task.progress);
}

/** Returns the newest progress of each task in work, from the cache or the task's row. */
export async function readProgress(
  cache: ProgressReader,
  tasks: readonly TaskInWork[],
): Promise<Map<string, LiveProgress>> {
  const inWork = tasks.filter(isInWork);
  const live = inWork.length === 0 ? new Map<string, LiveProgress>() : await cache.get(inWork.map(({ id }) => id));
  const progress = new Map<string, LiveProgress>();
  for (const task of inWork) {
    const newest = newer(live.get(task.id), storedProgress(task));
    if (newest !== undefined) progress.set(task.id, newest);
  }
  return progress;
}

function newer(a: LiveProgress | undefined, b: LiveProgress | undefined): LiveProgress | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.updatedAtMs > a.updatedAtMs ? b : a;
}
