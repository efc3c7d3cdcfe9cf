import {
  type AttemptRow,
  attemptsOf,
  type DownloadOutcome,
  endAttempt,
  type FailureFacts,
  findTask,
  joinTexts,
  logFacts,
  parseOptions,
  stageResults,
  startAttempt,
  type DownloadWork,
} from "@dwld/queue";
import type { CookieResult } from "../cookies/cookie-health.ts";
import { expandPlaylist, type ExpandResult } from "./playlist.ts";
import { isFailureClass } from "../failure/failure-class.ts";
import { failureFacts } from "../failure/failure-facts.ts";
import { type FetchResult, fetchVideo } from "./run.ts";
import { keepResult, type KeptResult, keptResult } from "../workdir/stashed-result.ts";
import { makeOwnFolder, prepareTaskFolder, type TaskFolder } from "../workdir/workdir.ts";
import { isWorthMore } from "../media/worth.ts";
import { placeResult } from "./place-result.ts";
import { outOfRoom } from "./out-of-room.ts";
import type { Shortage } from "../disk/disk-admission.ts";
import { planNext, type StagePlan } from "../stages/plan-attempt.ts";
import { remedyFor } from "../stages/remedy.ts";
import type { WorkerContext } from "../worker-context.ts";

type Result = FetchResult | ExpandResult;
type Succeeded = Extract<FetchResult, { outcome: "succeeded" }>;
type Step = { context: WorkerContext; work: DownloadWork; folder: TaskFolder; stages: [StagePlan, ...StagePlan[]] };

/** The next attempt of a claimed task, and what it means for the task; undefined where the signal ended it. */
export async function attemptDownload(
  context: WorkerContext,
  work: DownloadWork,
  folder: TaskFolder,
): Promise<DownloadOutcome | undefined> {
  const { task } = work.lease;
  const step: Step = { context, work, folder, stages: await context.stages(task.site) };
  const choice = plan(step);
  // Judged already when the last attempt ended, unless its worker died before it could say so, or stages went away.
  if (choice.plan === undefined) {
    const kept = await keptResult(folder);
    return kept === undefined ? lastWord(step) : await place(step, kept);
  }
  const begun = await begin(step, choice.plan);
  if (begun === undefined) return undefined;
  const { attempt, capabilities, cookies } = begun;
  const fetch = parseOptions(task).playlist ? expandPlaylist : fetchVideo;
  const result = await fetch(context, work, attempt, choice.plan, folder, capabilities);
  if (cookies !== undefined) await context.cookies.giveBack(cookies, folder.cookies, whatItSays(result, work));
  if (work.signal.aborted) {
    await record(step, attempt, result, "interrupted");
    return undefined;
  }
  return await conclude(step, attempt, choice.plan, result);
}

async function begin({ context, work, folder }: Step, { name, settings }: StagePlan) {
  const { configuration, database, now } = context;
  const { task } = work.lease;
  const capabilities = await context.capabilities(settings.ytdlp);
  await makeOwnFolder(configuration.worker.downloads);
  const fingerprint = {
    link: task.link,
    quality: task.target_quality,
    options: task.options,
    settings,
    version: capabilities.version,
  };
  const cookies = await context.cookies.take(settings);
  await prepareTaskFolder(folder, fingerprint, cookies?.file);
  const facts = { stage: name, ytdlpVersion: capabilities.version, ...(cookies && { cookieFile: cookies.file }) };
  const attempt = await startAttempt(database, work.lease, facts, now());
  if (attempt === undefined) return undefined;
  context.logger.info(
    { ...logFacts(task), link: task.link, stage: name, attempt: attempt.number },
    "an attempt begins",
  );
  return { attempt, capabilities, cookies };
}

/** Of the account whose cookies it had; an interrupted run says nothing. */
function whatItSays(result: Result, { signal }: DownloadWork): CookieResult {
  if (signal.aborted) return { succeeded: false };
  return result.outcome === "failed" ? { succeeded: false, failureClass: result.failureClass } : { succeeded: true };
}

/** What an attempt's result means for the task. */
async function conclude(
  step: Step,
  attempt: AttemptRow,
  { name }: StagePlan,
  result: Result,
): Promise<DownloadOutcome> {
  const { context, work, folder } = step;
  const { task } = work.lease;
  if (result.outcome === "expanded") {
    await record(step, attempt, result, "succeeded");
    return {
      outcome: "expanded",
      title: result.title,
      entries: result.entries,
      sites: context.configuration.sites,
    };
  }
  const kept = await keptResult(folder);
  if (result.outcome === "succeeded" && result.flaw === undefined) {
    await record(step, attempt, result, "succeeded");
    return await place(step, better(result, kept));
  }
  const failure = failureOf(result);
  const shortage = kept === undefined ? await roomWanted(step, result) : undefined;
  if (shortage !== undefined) {
    await record(step, attempt, result, "interrupted", failure);
    context.logger.info({ ...logFacts(task), ...failure }, "no room: the task waits for it");
    return outOfRoom(shortage, context.now());
  }
  await record(step, attempt, result, "failed", failure);
  // One further attempt was made, and brought no better: what is there is better than more patience.
  if (kept !== undefined) return await place(step, result.outcome === "failed" ? kept : better(result, kept));
  const retryAtMs = result.outcome === "failed" ? result.retryAtMs : undefined;
  // The attempt may have cost its stage the cookies that it needs.
  const choice = plan({ ...step, stages: await context.stages(task.site) }, retryAtMs);
  context.logger.warn({ ...logFacts(task), stage: name, ...failure, next: choice.next }, "attempt failed");
  if (result.outcome === "failed") return failedOutcome(failure, choice);
  if (choice.next === "end") return await place(step, asKept(result));
  await keepResult(folder, asKept(result));
  return { outcome: "failed", failure, retryAt: choice.atMs };
}

/** Where it was this disk that was too small, and no other limit. */
async function roomWanted({ context, work }: Step, result: Result): Promise<Shortage | undefined> {
  if (result.outcome !== "failed" || result.failureClass !== "disk_full") return undefined;
  const { failure, wantsRoomBytes } = result;
  if (wantsRoomBytes !== undefined) return { text: failure.message, wantsRoomBytes };
  return await context.space.afterFailure(work.lease.task.id, false);
}

function plan({ context, work: { lease }, stages }: Step, retryAtMs?: number) {
  const { configuration, database, now, random } = context;
  // With what the attempt has cost; one that was deleted meanwhile is not found.
  const task = findTask(database, lease.task.id) ?? lease.task;
  const records = stageResults(database, task.site);
  const chance = { nowMs: now(), random: random(), retryAtMs };
  return planNext(configuration, stages, task, attemptsOf(database, task.seq), records, chance);
}

async function record(
  { context, work }: Step,
  attempt: AttemptRow,
  { run, downloadedBytes }: Result,
  outcome: "succeeded" | "failed" | "interrupted",
  failure?: FailureFacts,
): Promise<void> {
  const facts = {
    outcome,
    ...(failure === undefined ? {} : { failure, counts: counts(failure) }),
    ...(run.exitCode === undefined ? {} : { exitCode: run.exitCode }),
    ...(run.signal === undefined ? {} : { signal: run.signal }),
    downloadedBytes,
    stderrTail: run.stderr.join("\n"),
  };
  await endAttempt(context.database, work.lease, attempt, facts, context.now());
}

/** What only found that it has to wait is no attempt. */
function counts({ failureClass }: FailureFacts): boolean {
  return !isFailureClass(failureClass) || remedyFor(failureClass).counts;
}

function place({ context, work, folder }: Step, result: KeptResult): Promise<DownloadOutcome> {
  return placeResult(context, work.lease.task, folder, result);
}

/** Of equal ones the later. */
function better(result: Succeeded, kept: KeptResult | undefined): KeptResult {
  const latest = asKept(result);
  return kept !== undefined && isWorthMore(kept.worth, latest.worth) ? kept : latest;
}

function asKept({ files, media, remark, flaw }: Succeeded): KeptResult {
  const { durationSeconds = 0, width = 0, height = 0 } = media;
  const worth = { seconds: flaw?.seconds ?? durationSeconds, pixels: Math.min(width, height) };
  return { files, media, worth, remark: joinTexts([remark, flaw?.sentence].filter((texts) => texts !== undefined)) };
}

function failureOf(result: Exclude<FetchResult, { outcome: "expanded" }>): FailureFacts {
  if (result.outcome === "failed") return result.failure;
  return failureFacts(result.flaw?.failureClass ?? "wrong_media", result.flaw?.sentence.en ?? "");
}

function failedOutcome(failure: FailureFacts, choice: ReturnType<typeof planNext>): DownloadOutcome {
  const site = choice.site === undefined ? {} : { site: choice.site };
  if (choice.next === "end") return { outcome: "failed", failure, retryAt: null, ...site };
  const triedSince = choice.triedSinceMs === undefined ? {} : { triedSince: choice.triedSinceMs };
  return { outcome: "failed", failure, retryAt: choice.atMs, ...site, ...triedSince };
}

/** The task ends as its last attempt did. */
function lastWord({ context, work }: Step): DownloadOutcome {
  const last = attemptsOf(context.database, work.lease.task.seq).findLast(({ outcome }) => outcome === "failed");
  const known = last?.failure_class ?? null;
  const failureClass = isFailureClass(known) ? known : "unknown";
  const message = last?.failure_message ?? "no stage is left that this machine can run";
  return { outcome: "failed", failure: failureFacts(failureClass, message), retryAt: null };
}
