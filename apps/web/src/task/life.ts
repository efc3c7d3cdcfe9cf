import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Attempt, type Task, TaskState } from "@dwld/rpc";

/** The kinds of time in the life of a task. */
export const kinds = ["waiting", "failing", "downloading", "delivering"] as const;
export type Kind = (typeof kinds)[number];

export type Stretch = { readonly kind: Kind; readonly ms: number };

type Lived = Pick<Task, "state" | "createTime" | "finishTime" | "attempts" | "files">;

/**
 * Returns the time of a task in its order: from its addition to its end, or to now. A clock that was set back makes no
 * stretch negative.
 */
export function lifeOf({ state, createTime, finishTime, attempts, files }: Lived, nowMs: number): readonly Stretch[] {
  if (createTime === undefined) return [];
  const endMs = finishTime === undefined ? nowMs : timestampMs(finishTime);
  const stretches: Stretch[] = [];
  let atMs = timestampMs(createTime);
  const until = (kind: Kind, time: number): void => {
    const ms = Math.min(time, endMs) - atMs;
    if (ms <= 0) return;
    stretches.push({ kind, ms });
    atMs += ms;
  };
  for (const attempt of attempts) {
    until("waiting", msOf(attempt.startTime) ?? atMs);
    until(attempt.failure === undefined ? "downloading" : "failing", msOf(attempt.endTime) ?? nowMs);
  }
  until(isDelivering(state, attempts) ? "delivering" : "waiting", lastMs(files) ?? endMs);
  // The rest, after the last copy, takes milliseconds.
  return stretches;
}

/** Returns how long each kind took, in their order; without those that took no time. */
export function totalsOf(life: readonly Stretch[]): readonly Stretch[] {
  return kinds
    .map((kind) => ({ kind, ms: life.reduce((sum, each) => sum + (each.kind === kind ? each.ms : 0), 0) }))
    .filter(({ ms }) => ms > 0);
}

/** After a download that succeeded, what follows is its delivery, with the wait for it. */
function isDelivering(state: TaskState, attempts: readonly Attempt[]): boolean {
  const last = attempts.at(-1);
  return state !== TaskState.QUEUED && last?.endTime !== undefined && last.failure === undefined;
}

function lastMs(files: Task["files"]): number | undefined {
  const times = files.map(({ deliverTime }) => msOf(deliverTime));
  return times.length === 0 || times.includes(undefined) ? undefined : Math.max(...times.map((time) => time ?? 0));
}

function msOf(time: Timestamp | undefined): number | undefined {
  return time === undefined ? undefined : timestampMs(time);
}
