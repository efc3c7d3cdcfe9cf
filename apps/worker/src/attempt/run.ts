import type { Logger } from "@dwld/daemon";
import { parseOptions, recordsLive, type TaskOptions } from "@dwld/options";
import type { Texts } from "@dwld/queue";
import type { DiskAdmission } from "../disk/disk-admission.ts";
import { watchDisk } from "../disk/watch-disk.ts";
import { salvageRecording } from "../workdir/salvage-recording.ts";
import { downloadArguments } from "../ytdlp/arguments.ts";
import { expectedBytes } from "../ytdlp/expected-bytes.ts";
import { filteredReason } from "../ytdlp/filtered-reason.ts";
import { relaxOptions } from "../ytdlp/relax-options.ts";
import { applyEvent, initialRunState, phaseOf, type RunState } from "../ytdlp/run-state.ts";
import type { RunYtdlp, YtdlpExit } from "../ytdlp/run-ytdlp.ts";
import { blameFullDisk } from "./disk-failure.ts";
import { failureOfExit } from "./failure-of-exit.ts";
import type { Attempt, Failure } from "./result.ts";

export type RunParts = {
  disk: DiskAdmission;
  logger: Logger;
  now: () => number;
  runYtdlp: RunYtdlp;
};

/** An ended run of yt-dlp, before its files are verified. */
export type Run = {
  exit: YtdlpExit;
  state: RunState;
  failure: Failure | undefined;
  /** The options of the run: those of the task, or less. */
  options: TaskOptions;
  /** Sentences about what was given up. */
  remarks: Texts[];
  /** Files that earlier, interrupted recordings left. */
  salvaged: readonly string[];
};

/** Runs yt-dlp, and again with less if the failure is about something beside the video. */
export async function runDownload(parts: RunParts, attempt: Attempt): Promise<Run> {
  const { work, workdir } = attempt;
  const asked = parseOptions(work.lease.task);
  const salvaged = recordsLive(asked) ? await salvageRecording(workdir) : [];
  const remarks: Texts[] = [];
  // Ends: each round gives something up for good.
  for (let options = asked; ;) {
    const run = await runOnce(parts, attempt, options);
    const isEnding = work.signal.aborted || work.finish.aborted;
    const relaxed = run.failure === undefined || isEnding ? undefined : relaxOptions(options, run.failure);
    if (relaxed === undefined) return { ...run, options, remarks, salvaged };
    remarks.push(relaxed.remark);
    options = relaxed.options;
  }
}

async function runOnce(
  { disk, logger, now, runYtdlp }: RunParts,
  { work, workdir, plan, ytdlp, record, progress, thumbnail }: Attempt,
  options: TaskOptions,
): Promise<Pick<Run, "exit" | "state" | "failure">> {
  const { task } = work.lease;
  let state = initialRunState;
  // Only a live stream has an end that can be chosen: anything else is downloaded whole.
  const finishing = new AbortController();
  const finishIfLive = () => {
    if (work.finish.aborted && state.video?.live === true) finishing.abort();
  };
  work.finish.addEventListener("abort", finishIfLive);
  const diskWatch = watchDisk(disk, {
    taskId: task.id,
    expected: () => expectedBytes(state, options),
    isLive: () => state.video?.live === true,
    onAnnounced: (totalBytes) => {
      progress.note({ expectedBytes: totalBytes });
    },
    onError: (error) => {
      logger.error({ err: error, task_id: task.id }, "the disk space for a download could not be checked");
    },
  });
  const request = { link: task.link, targetQuality: task.target_quality, options };
  const { settings: stage } = plan;
  let exit: YtdlpExit;
  try {
    exit = await runYtdlp({
      ytdlp,
      stage,
      folders: workdir,
      arguments: (marker) =>
        downloadArguments(request, { ytdlp, stage, folders: workdir, marker, thumbnail: thumbnail.isWanted }),
      signal: AbortSignal.any([work.signal, diskWatch.signal]),
      finish: finishing.signal,
      phase: () => phaseOf(state),
      onEvent: (event) => {
        state = applyEvent(state, event, now());
        progress.onEvent(state, event);
        diskWatch.check();
        if (event.kind === "video") finishIfLive();
        if (event.kind === "thumbnail") thumbnail.take();
      },
      onLeader: (leader) => record.beginRun(leader),
      onPace: work.markPace,
    });
  } finally {
    work.finish.removeEventListener("abort", finishIfLive);
    await diskWatch.stop();
  }
  const hadProxy = stage.proxy !== undefined;
  const failure = failureOf({ exit, state, options, isFinished: finishing.signal.aborted, hadProxy }, now());
  if (failure === undefined) return { exit, state, failure };
  const { shortage } = diskWatch;
  if (shortage === undefined) return { exit, state, failure: await blameFullDisk(disk, failure) };
  return { exit, state, failure: { failureClass: "disk_full", line: shortage.text, shortage } };
}

type EndedRun = {
  exit: YtdlpExit;
  state: RunState;
  options: TaskOptions;
  /** The recording was ended on request. */
  isFinished: boolean;
  hadProxy: boolean;
};

/** Returns why a run failed; undefined if it succeeded and named a file. Pure. */
function failureOf({ exit, state, options, isFinished, hadProxy }: EndedRun, nowMs: number): Failure | undefined {
  const fileNamed = state.files.length > 0;
  if (exit.standstill === undefined) {
    if (exit.exitCode === 0 && fileNamed) return undefined;
    if (isFinished) return filtered("the recording was ended before anything of it was there");
    const reason = exit.exitCode === 0 ? filteredReason(state, options) : undefined;
    if (reason !== undefined) return filtered(reason);
  }
  return failureOfExit(exit, { hadProxy, fileNamed, nowMs });
}

function filtered(line: string): Failure {
  return { failureClass: "filtered", line };
}
