import type { SiteRow, TaskRow } from "../store/schema.ts";
import type { Troubles } from "./troubles.ts";

/**
 * The reason why a task that is neither final nor in work has not begun. Times lie ahead, in milliseconds since the
 * epoch.
 */
export type Wait =
  /** The start time that was asked for, or that of a premiere. */
  | { reason: "start_time"; untilMs: number }
  /** The pause after a failed attempt. */
  | { reason: "next_attempt"; untilMs: number; failureClass: string }
  /** The site is paused. Without a time, its pause has ended and one link of it is tried alone. */
  | { reason: "site_paused"; untilMs?: number; failureClass: string }
  /** The site has as many downloads as it may have. With a time, the interval between two starts is not over. */
  | { reason: "site_limit"; untilMs?: number }
  /**
   * The task is in line; 1 is the next to begin. Undefined: its place is further back than is counted, or not counted
   * at all.
   */
  | { reason: "place"; placeInLine: number | undefined }
  /** The download was slow and made room for another site's link. */
  | { reason: "yielded"; untilMs: number }
  | { reason: "disk_space" }
  /** Its chat has had its bytes of the day. */
  | { reason: "limit"; untilMs: number }
  /** No worker can begin it. @property runs false: none is registered; true: those that are cannot work. */
  | { reason: "worker"; runs: boolean }
  /** @property host the one that has its files, if no process that delivers can reach those, and others deliver. */
  | { reason: "sender"; host?: string }
  /** The server takes no file. @property isAway false: it answers and refuses. */
  | { reason: "destination"; isAway: boolean };

/** The columns of a task that decide about its wait. */
export type WaitingTask = Pick<
  TaskRow,
  | "seq"
  | "state"
  | "site"
  | "host"
  | "not_before"
  | "failure_class"
  | "required_free_bytes"
  | "created_at"
  | "updated_at"
>;

/** A living process that delivers. */
export type Sender = {
  readonly troubles: Troubles;
  /** Returns whether the files of a host are within its reach. */
  readonly reaches: (host: string) => boolean;
};

/** The facts beside the task's own row that decide about a wait. */
export type WaitFacts = {
  readonly nowMs: number;
  /** The limit of sites that have none of their own. */
  readonly defaultSiteParallel: number;
  readonly siteOf: (name: string) => SiteRow | undefined;
  /** The troubles of each living worker. */
  readonly workers: readonly Troubles[];
  readonly senders: readonly Sender[];
  /** The app whose processes deliver. With delivery off it is the worker. */
  readonly deliveredBy: "ftp-sender" | "worker";
  readonly placeOf: (task: WaitingTask) => number | undefined;
};

/** Returns the reason for a task's wait, by the rules of the claim, or undefined if the task is final or in work. */
export function waitOf(task: WaitingTask, around: WaitFacts): Wait | undefined {
  switch (task.state) {
    case "QUEUED":
      return downloadWait(task, around);
    case "READY_TO_SEND":
      return deliveryWait(task, around);
    default:
      return undefined;
  }
}

function downloadWait(task: WaitingTask, around: WaitFacts): Wait {
  const site = around.siteOf(task.site);
  const own = ownTime(task, around.nowMs);
  const pause = pauseOf(site, around.nowMs);
  const time = (own?.untilMs ?? 0) >= (pause?.untilMs ?? 0) ? own : pause;
  // A worker may start until then.
  if (time?.reason === "start_time") return time;
  const able = around.workers.filter((troubles) => troubles["yt-dlp"] === undefined);
  if (able.length === 0) return { reason: "worker", runs: around.workers.length > 0 };
  if (own !== undefined && task.required_free_bytes !== null) return { reason: "disk_space" };
  if (time !== undefined) return time;
  if (able.every(({ space }) => space !== undefined)) return { reason: "disk_space" };
  return siteLimit(site, around) ?? { reason: "place", placeInLine: around.placeOf(task) };
}

function deliveryWait(task: WaitingTask, { senders, deliveredBy, nowMs }: WaitFacts): Wait {
  if (senders.length === 0) return deliveredBy === "worker" ? { reason: "worker", runs: false } : { reason: "sender" };
  const troubles = senders.filter(({ reaches }) => reaches(task.host)).map((sender) => sender.troubles);
  if (troubles.length === 0) return { reason: "sender", host: task.host };
  if (troubles.every(({ destination_away, destination_refuses }) => destination_away ?? destination_refuses))
    return { reason: "destination", isAway: troubles.some(({ destination_away }) => destination_away !== undefined) };
  return ownTime(task, nowMs) ?? { reason: "place", placeInLine: undefined };
}

type Timed = Extract<Wait, { untilMs: number }>;

/** Returns the time that the task's own row waits for, if it lies ahead. */
function ownTime(task: WaitingTask, nowMs: number): Timed | undefined {
  const { not_before: untilMs, failure_class: failureClass } = task;
  if (untilMs === null || untilMs <= nowMs) return undefined;
  if (failureClass === "not_started") return { reason: "start_time", untilMs };
  if (failureClass === "over_limit") return { reason: "limit", untilMs };
  if (failureClass !== null) return { reason: "next_attempt", untilMs, failureClass };
  // A task that no process has had in work yet waits for the start time that was asked for.
  return task.updated_at === task.created_at ? { reason: "start_time", untilMs } : { reason: "yielded", untilMs };
}

function pauseOf(site: SiteRow | undefined, nowMs: number): (Wait & { untilMs: number }) | undefined {
  if (site === undefined || site.paused_until <= nowMs) return undefined;
  return { reason: "site_paused", untilMs: site.paused_until, failureClass: site.pause_reason };
}

function siteLimit(site: SiteRow | undefined, { nowMs, defaultSiteParallel }: WaitFacts): Wait | undefined {
  if (site === undefined) return undefined;
  const isProbed = site.pause_level > 0;
  if (isProbed && site.running > 0) return { reason: "site_paused", failureClass: site.pause_reason };
  if (!isProbed && site.running >= (site.parallel ?? defaultSiteParallel)) return { reason: "site_limit" };
  const nextStartMs = site.start_interval_ms > 0 ? site.started_at + site.start_interval_ms : 0;
  return nextStartMs > nowMs ? { reason: "site_limit", untilMs: nextStartMs } : undefined;
}
