import { expectedSeconds, type TaskOptions } from "@dwld/options";
import { joinTexts } from "@dwld/queue";
import type { DiskAdmission } from "../disk/disk-admission.ts";
import type { FailureClass } from "../failure/failure-class.ts";
import { checkResolution } from "../media/check-resolution.ts";
import type { ReadPlainMedia } from "../media/plain/read-plain-media.ts";
import type { MediaStreams } from "../media/probe-media.ts";
import { recodeVideo } from "../media/recode-video.ts";
import type { Walls } from "../process/walls.ts";
import type { Output } from "../workdir/collect-files.ts";
import { sectionLabel } from "../workdir/section-label.ts";
import { emptyWorkdir } from "../workdir/workdir.ts";
import { isMeasured, type RunState, titleOf } from "../ytdlp/run-state.ts";
import { blameFullDisk } from "./disk-failure.ts";
import { remarksOn } from "./remarks.ts";
import type { Attempt, Failure, Result } from "./result.ts";
import type { Run } from "./run.ts";
import { verifyFiles } from "./verify-files.ts";

export type VerifyParts = {
  disk: DiskAdmission;
  /** The environment of the programs that the worker starts. */
  environment: Readonly<Record<string, string>>;
  walls: Walls;
  /** Reads media of a plain form without a program. */
  readPlain: ReadPlainMedia;
  now: () => number;
};

/** Verifies what a run has made and prepares it for delivery. A failed run stays one, unless salvaged files are all there is. */
export async function verifyRun(parts: VerifyParts, attempt: Attempt, run: Run): Promise<Result> {
  const { work, workdir } = attempt;
  const { exit, state, options, salvaged } = run;
  const failed = (failure: Failure): Result => ({ exit, state, result: "failed", failure });
  // Once the stream is over, what was recorded before an interruption is all there will be.
  const isOver = run.failure !== undefined && salvaged.length > 0 && overClasses.has(run.failure.failureClass);
  if (run.failure !== undefined && !isOver) return failed(run.failure);
  if (work.signal.aborted) return failed(stopped);

  const { task } = work.lease;
  const outputs = [...salvaged.map(salvagedOutput), ...(isOver ? [] : outputsOf(state, options))];
  const video = { title: state.video?.title ?? task.title, id: state.video?.id ?? "" };
  const recode = (path: string, streams: MediaStreams) => encode(parts, attempt, state, { path, streams });
  const { environment, walls, readPlain } = parts;
  const judgeRun = { environment, walls, readPlain, signal: work.signal };
  const verified = await verifyFiles(workdir.home, { options, outputs, video, recode }, judgeRun);
  if (!verified.fits) {
    const { failureClass, reason } = verified;
    const failure = await blameFullDisk(parts.disk, { failureClass, line: reason });
    // yt-dlp would take the files for a finished download.
    if (failure.failureClass !== "disk_full") await emptyWorkdir(workdir);
    return failed(failure);
  }
  const media = { ...titleOf(state), ...verified.media };
  const defect = verified.defect ?? checkResolution(media, state.video?.offered ?? [], task.target_quality);
  const remark = joinTexts([...run.remarks, ...remarksOn(verified, options, state, salvaged.length > 0)]);
  return { exit, state, result: "downloaded", files: verified.files, media, remark, ...(defect && { defect }) };
}

/** Stopped by dwld itself; never shown to a user. */
const stopped: Failure = { failureClass: "killed", line: "the download was stopped" };

/** Classes of a stream that is not there any more. */
const overClasses: ReadonlySet<FailureClass> = new Set(["live_now", "gone", "filtered"]);

function salvagedOutput(path: string): Output {
  return { path, label: "", dispensable: true };
}

/** Returns what the run said that it made: one file, or one for each requested section. */
function outputsOf(state: RunState, options: TaskOptions): Output[] {
  const { video } = state;
  const whole = { announcedSeconds: video?.durationSeconds, live: video?.live ?? false };
  // A recording ends where it ends.
  const unmeasured = !whole.live && !isMeasured(state);
  const files = options.sections.length === 0 ? state.files.slice(-1) : state.files;
  return files.map((file, index) => {
    // yt-dlp names them in the order of the sections. It replaces an open end by that of the video.
    const section = options.sections[index];
    return {
      path: file.path,
      expectedSeconds: expectedSeconds(options, { ...whole, ...file, cutSeconds: file.durationSeconds }),
      unmeasured,
      soundOnly: video?.soundOnly ?? false,
      ...(section === undefined ? { label: "" } : { label: sectionLabel(section), dispensable: true }),
    };
  });
}

/** Encodes a video in a process group that is on record like yt-dlp's, and reports that as a step of the download. */
async function encode(
  { environment, walls, now }: VerifyParts,
  { work, workdir, record, progress }: Attempt,
  { finishedBytes }: RunState,
  { path, streams }: { path: string; streams: MediaStreams },
): Promise<string> {
  const { durationSeconds = Infinity } = streams;
  const report = (seconds: number) => {
    const progressPercent = Math.min(100, (seconds / durationSeconds) * 100);
    progress.report({ doneBytes: finishedBytes, progressPercent, step: "recode", updatedAtMs: now() });
  };
  report(0);
  return await recodeVideo(path, streams, {
    temp: workdir.temp,
    env: environment,
    walls,
    signal: work.signal,
    onLeader: (leader) => record.beginRun(leader),
    onWritten: report,
  });
}
