import type { Configuration, Logger } from "@dwld/daemon";
import {
  attemptsOf,
  type Database,
  type DownloadOutcome,
  type EndedAttempt,
  endAttempt,
  type Facts,
  type FailureFacts,
  joinTexts,
  logFacts,
  type StopReason,
  type TaskRow,
} from "@dwld/queue";
import type { CookieStore } from "../cookies/cookie-store.ts";
import type { DiskAdmission } from "../disk/disk-admission.ts";
import { type FailureClass, isFailureClass } from "../failure/failure-class.ts";
import { failureFacts } from "../failure/failure-facts.ts";
import { isBetter } from "../media/quality.ts";
import type { Plan } from "../stages/plan-attempt.ts";
import type { Planner } from "../stages/planner.ts";
import { remedyFor, whenToRetry } from "../stages/remedy.ts";
import { isSuspect, resultsOf } from "../ytdlp-versions/trials.ts";
import { readStash, type StashedResult, stashResult } from "../workdir/stashed-result.ts";
import type { Workdir } from "../workdir/workdir.ts";
import { downloadedBytes } from "../ytdlp/run-state.ts";
import { freeFullDisk } from "./disk-failure.ts";
import { handOver, type HandOverParts } from "./hand-over.ts";
import type { CountAttempt } from "./count-attempts.ts";
import type { Attempt, Download, Result } from "./result.ts";
import { waitForSpace } from "./wait-for-space.ts";

export type ConcludeParts = HandOverParts & {
  configuration: Pick<Configuration, "limits" | "sites" | "defaultSite">;
  cookies: CookieStore;
  database: Database;
  disk: DiskAdmission;
  logger: Logger;
  now: () => number;
  count: CountAttempt;
  planner: Planner;
};

/**
 * Ends an attempt: frees a full disk, returns the cookies, records the attempt and translates its result. An attempt that succeeded is
 * recorded with the end of its task's lease. Undefined if the attempt was interrupted, or the lease is lost.
 *
 * @param hasNext another yt-dlp tries the link at once if this one was broken on it: the result is "broken" then.
 */
export async function conclude(
  parts: ConcludeParts,
  attempt: Attempt,
  result: Result,
  hasNext: boolean,
): Promise<DownloadOutcome | "broken" | undefined> {
  const { work, workdir, progress, thumbnail, cookies } = attempt;
  const { task } = work.lease;
  const log = parts.logger.child(logFacts(task));
  // Before any write: the task table may lie on the same disk.
  const shortage = await findShortage(parts.disk, attempt, result);
  await thumbnail.settle();
  const facts = await progress.end();
  if (cookies !== undefined) await parts.cookies.release(cookies, workdir.cookies, cookieVerdict(attempt, result));
  const row = await attempt.record.row();
  if (row === undefined) return undefined;
  const ending = endingOf(result);
  const says = attempt.trial === undefined ? [] : resultsOf(attempt.trial, attempt.brokenBefore, ending);
  const ytdlpResults = work.signal.aborted ? [] : says;
  const endedAs = (end: EndOf): EndedAttempt => {
    const ended = { row, result: { ...resultOf({ facts, result }, end), ytdlpResults } };
    parts.count(ended, { site: task.site, tookMs: parts.now() - row.started_at });
    return ended;
  };
  if (work.signal.aborted) {
    // The next owner ends it, as that of a worker that was killed, and counts what it cost (`reclaimTask`).
    if (work.signal.reason === ("failure" satisfies StopReason)) return undefined;
    await record(parts, work.lease, endedAs({ outcome: "interrupted" }));
    return undefined;
  }
  if (hasNext && ending === "broken" && result.result === "failed" && !work.finish.aborted) {
    const failure = failureOf(result);
    await record(parts, work.lease, endedAs({ outcome: "interrupted", failure }));
    log.info(
      { stage: attempt.plan.name, ytdlp: attempt.ytdlp.version, ...failure },
      "another yt-dlp tries the link at once",
    );
    return "broken";
  }
  if (result.result === "expanded") {
    const { title, entries, beyond } = result;
    const { sites, limits } = parts.configuration;
    const allowance = { perChat: limits.perChat };
    const expanded = { outcome: "expanded", title, entries, sites, allowance, ...(beyond && { beyond }) } as const;
    return { ...expanded, attempt: endedAs({ outcome: "succeeded" }) };
  }
  const stash = await readStash(workdir);
  if (result.result === "downloaded" && result.defect === undefined)
    return {
      ...(await handOver(parts, workdir, better(result, stash))),
      attempt: endedAs({ outcome: "succeeded" }),
    };
  const failure = failureOf(result);
  if (shortage !== undefined && stash === undefined) {
    await record(parts, work.lease, endedAs({ outcome: "interrupted", failure }));
    log.info(failure, "no space on the disk: the task waits for it");
    return waitForSpace(shortage, parts.now());
  }
  // Before the next attempt is planned, with what this one has cost.
  await record(parts, work.lease, endedAs({ outcome: "failed", failure }));
  // A stash means that a further attempt was made for something better: what is stashed is worth more than more patience.
  if (stash !== undefined)
    return await handOver(parts, workdir, result.result === "failed" ? stash : better(result, stash));
  // The stage's cookies may be set aside now.
  const plan = await parts.planner(task, retryAt(result));
  log.warn({ stage: attempt.plan.name, ...failure, next: plan.next }, "attempt failed");
  if (result.result === "failed") return failedOutcome(failure, plan);
  if (plan.next === "end") return await handOver(parts, workdir, toStash(result));
  await stashResult(workdir, toStash(result));
  return { outcome: "failed", failure, retryAt: plan.atMs };
}

/**
 * Ends a task for which no stage is left: with its stashed result, or as its last attempt did. This was decided when that
 * attempt ended, unless its worker crashed before it could say so or stages went away since.
 */
export async function concludeUntried(
  parts: HandOverParts & { database: Database },
  task: TaskRow,
  workdir: Workdir,
): Promise<DownloadOutcome> {
  const stash = await readStash(workdir);
  if (stash !== undefined) return await handOver(parts, workdir, stash);
  const last = (await attemptsOf(parts.database, task.seq)).findLast(({ outcome }) => outcome === "failed");
  const known = last?.failure_class ?? null;
  const failureClass = isFailureClass(known) ? known : "unknown";
  const message = last?.failure_message ?? "no stage is left that this machine can run";
  return { outcome: "failed", failure: failureFacts(failureClass, message), retryAt: null };
}

/** Returns the space to wait for if a result failed for lack of it; undefined if another limit was the reason. */
async function findShortage(disk: DiskAdmission, { work, workdir }: Attempt, result: Result) {
  if (result.result !== "failed" || result.failure.failureClass !== "disk_full") return undefined;
  const { line, shortage } = result.failure;
  const found = await freeFullDisk(disk, { taskId: work.lease.task.id, workdir, state: result.state }, shortage);
  return found && { ...found, text: line };
}

/** Returns what a run says about the account whose cookies it had. An interrupted run says nothing. */
function cookieVerdict({ work }: Attempt, result: Result): { succeeded: boolean; failureClass?: FailureClass } {
  if (work.signal.aborted) return { succeeded: false };
  if (result.result !== "failed") return { succeeded: true };
  return { succeeded: false, failureClass: result.failure.failureClass };
}

/** Returns what the end of an attempt says about its yt-dlp; undefined: nothing. */
function endingOf(result: Result): "worked" | "broken" | undefined {
  if (result.result === "failed") return isSuspect(result.failure.failureClass) ? "broken" : undefined;
  return result.result === "downloaded" && result.defect !== undefined ? undefined : "worked";
}

type EndOf = { outcome: "succeeded" | "failed" | "interrupted"; failure?: FailureFacts };

function resultOf(
  { facts, result: { exit, state } }: { facts: Facts; result: Result },
  end: EndOf,
): EndedAttempt["result"] {
  return {
    ...end,
    ...(end.failure === undefined ? {} : { counts: counts(end.failure) }),
    ...(exit.exitCode === undefined ? {} : { exitCode: exit.exitCode }),
    ...(exit.signal === undefined ? {} : { signal: exit.signal }),
    downloadedBytes: downloadedBytes(state),
    stderrTail: exit.stderr.join("\n"),
    facts,
  };
}

async function record(
  { database, now }: Pick<ConcludeParts, "database" | "now">,
  lease: Attempt["work"]["lease"],
  ended: EndedAttempt,
): Promise<void> {
  await endAttempt(database, lease, ended, now());
}

/** An attempt that only found that it has to wait does not count. */
function counts({ failureClass }: FailureFacts): boolean {
  return !isFailureClass(failureClass) || remedyFor(failureClass).counts;
}

/** Returns the better of a download and an earlier one; the later if they are equal. */
function better(download: Download, stash: StashedResult | undefined): StashedResult {
  const latest = toStash(download);
  return stash !== undefined && isBetter(stash.quality, latest.quality) ? stash : latest;
}

function toStash({ files, media, remark, defect }: Download): StashedResult {
  const { durationSeconds = 0, width = 0, height = 0 } = media;
  const quality = { seconds: defect?.seconds ?? durationSeconds, pixels: Math.min(width, height) };
  return {
    files,
    media,
    quality,
    remark: joinTexts([remark, defect?.sentence].filter((texts) => texts !== undefined)),
  };
}

function failureOf(result: Exclude<Result, { result: "expanded" }>): FailureFacts {
  if (result.result === "failed") return failureFacts(result.failure.failureClass, result.failure.line);
  return failureFacts(result.defect?.failureClass ?? "wrong_media", result.defect?.sentence.en ?? "");
}

function retryAt(result: Result): number | undefined {
  if (result.result !== "failed" || result.failure.retryAtMs === undefined) return undefined;
  return whenToRetry(result.failure.failureClass, result.failure.retryAtMs);
}

function failedOutcome(failure: FailureFacts, plan: Plan): DownloadOutcome {
  const site = plan.site === undefined ? {} : { site: plan.site };
  if (plan.next === "end") return { outcome: "failed", failure, retryAt: null, ...site };
  const triedSince = plan.triedSinceMs === undefined ? {} : { triedSince: plan.triedSinceMs };
  return { outcome: "failed", failure, retryAt: plan.atMs, ...site, ...triedSince };
}
