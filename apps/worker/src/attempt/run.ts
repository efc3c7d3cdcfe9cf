import {
  type AttemptRow,
  type DownloadedFile,
  type FailureFacts,
  joinTexts,
  type MediaFacts,
  noteExpectedBytes,
  noteProcessGroup,
  parseOptions,
  recordsLive,
  type TaskOptions,
  type Texts,
  type DownloadWork,
} from "@dwld/queue";
import { checkArrival } from "./verify.ts";
import { classifyFailure } from "../failure/classify-failure.ts";
import type { FailureClass } from "../failure/failure-class.ts";
import { failureFacts } from "../failure/failure-facts.ts";
import { whenToRetry } from "../stages/policy.ts";
import type { MainFile } from "../workdir/collect-files.ts";
import { salvageRecording } from "../workdir/salvage-recording.ts";
import { sectionLabel } from "../workdir/section-label.ts";
import { cacheFolder, emptyTaskFolder, type TaskFolder } from "../workdir/workdir.ts";
import { expectedDuration } from "../media/expected-duration.ts";
import type { Flaw } from "../media/judge-media.ts";
import { judgeResolution } from "../media/judge-resolution.ts";
import type { MediaStreams } from "../media/probe-media.ts";
import { recodeVideo } from "../media/recode-video.ts";
import { blameDisk, endOnFullDisk } from "./end-on-full-disk.ts";
import type { Shortage } from "../disk/disk-admission.ts";
import { watchRoom } from "../disk/watch-disk.ts";
import { remarksOn } from "./remarks.ts";
import type { StagePlan } from "../stages/plan-attempt.ts";
import { createProgressTeller, type ProgressTeller, titleOf } from "./progress.ts";
import type { WorkerContext } from "../worker-context.ts";
import { downloadArguments } from "../ytdlp/arguments.ts";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import { filteredReason } from "../ytdlp/filtered-reason.ts";
import { type DownloadStory, isMeasured, phaseOf } from "../ytdlp/run-state.ts";
import { relaxOptions } from "../ytdlp/relax-options.ts";
import { runYtdlp, type YtdlpRun } from "../ytdlp/run-ytdlp.ts";
import { standstillLines } from "../process/watch-pace.ts";

/** What an attempt came to, with what is kept of it. */
export type FetchResult = {
  run: YtdlpRun;
  downloadedBytes: number;
} & (
  | {
      outcome: "succeeded";
      files: DownloadedFile[];
      media: MediaFacts;
      /** What is not as it was asked for, said to a person; empty where all is. */
      remark: Texts | undefined;
      /** Present where it is not what was asked for, and better than nothing. */
      flaw?: Flaw;
    }
  | {
      outcome: "failed";
      failure: FailureFacts;
      failureClass: FailureClass;
      /** Named by the site. */ retryAtMs?: number;
      /** There was no room on the disk: so much of it lets the download go on. */
      wantsRoomBytes?: number;
    }
);

/** What a run has failed of. */
type RunFailure = {
  failureClass: FailureClass;
  line: string;
  retryAtMs?: number;
  /** It was ended for this. */
  shortage?: Shortage;
};

type Attempt = {
  context: WorkerContext;
  work: DownloadWork;
  attempt: AttemptRow;
  plan: StagePlan;
  folder: TaskFolder;
  capabilities: Capabilities;
  teller: ProgressTeller;
};

/** One attempt: yt-dlp runs, and what arrived is checked. Interruptions are the caller's: see the work's signal. */
export async function fetchVideo(
  context: WorkerContext,
  work: DownloadWork,
  attempt: AttemptRow,
  plan: StagePlan,
  folder: TaskFolder,
  capabilities: Capabilities,
): Promise<FetchResult> {
  const { task } = work.lease;
  const teller = createProgressTeller(context, work.lease);
  const asked = parseOptions(task);
  const earlier = recordsLive(asked) ? await salvageRecording(folder) : [];
  const step: Attempt = { context, work, attempt, plan, folder, capabilities, teller };
  const { run, options, remarks, failure } = await runUntilHelped(step, asked);
  const { story } = teller;
  const common = { run, downloadedBytes: Math.max(story.finishedBytes, story.progress?.doneBytes ?? 0) };
  // What was recorded before an interruption is all there will be, once the stream is over.
  const rescued = failure !== undefined && earlier.length > 0 && isOver.has(failure.failureClass);
  const given = failure !== undefined && !rescued ? failure : work.signal.aborted ? stopped : undefined;
  if (given !== undefined) return { ...common, ...(await fail(step, given)) };
  const rescuedFiles = earlier.map((path) => ({ path, label: "", dispensable: true }));
  const made = [...rescuedFiles, ...(rescued ? [] : madeFiles(story, options))];
  const video = { title: story.video?.title ?? task.title, id: story.video?.id ?? "" };
  const recode = (path: string, streams: MediaStreams) => encode(step, path, streams);
  const arrival = await checkArrival(folder.home, { options, made, video, recode }, work.signal);
  if (!arrival.fits) {
    const unfit = await blameDisk(context.space, { failureClass: arrival.failureClass, line: arrival.reason });
    // yt-dlp would take what lies there for a finished download.
    if (unfit.failureClass !== "disk_full") await emptyTaskFolder(folder);
    return { ...common, ...(await fail(step, unfit)) };
  }
  await teller.end();
  const media = { ...titleOf(story), ...arrival.media };
  const flaw = arrival.flaw ?? judgeResolution(media, story.video?.offered ?? [], task.target_quality);
  const remark = joinTexts([...remarks, ...remarksOn(arrival, options, story, earlier.length > 0)]);
  return { ...common, outcome: "succeeded", files: arrival.files, media, remark, ...(flaw && { flaw }) };
}

/** By us: nobody is told of it. */
const stopped: RunFailure = { failureClass: "killed", line: "the download was stopped" };

/** The stream is not there any more. */
const isOver: ReadonlySet<FailureClass> = new Set(["live_now", "gone", "filtered"]);

function failed({ failureClass, line, retryAtMs }: RunFailure) {
  const failure = failureFacts(failureClass, line);
  const retry = retryAtMs === undefined ? {} : { retryAtMs: whenToRetry(failureClass, retryAtMs) };
  return { outcome: "failed" as const, failureClass, failure, ...retry };
}

/** The end of an attempt that failed. */
async function fail({ context, work, folder, teller }: Attempt, failure: RunFailure) {
  const task = { id: work.lease.task.id, folder, story: teller.story };
  const wantsRoomBytes =
    failure.failureClass === "disk_full" ? await endOnFullDisk(context.space, task, failure.shortage) : undefined;
  await teller.end();
  return { ...failed(failure), ...(wantsRoomBytes === undefined ? {} : { wantsRoomBytes }) };
}

/** Runs again with less, for as long as less helps. Each time something is given up for good, so there is an end. */
async function runUntilHelped(step: Attempt, asked: TaskOptions) {
  const { work, teller } = step;
  const remarks: Texts[] = [];
  for (let options = asked; ;) {
    const { run, failure } = await runOnce(step, options);
    const ending = work.signal.aborted || work.finish.aborted;
    const relaxed = failure === undefined || ending ? undefined : relaxOptions(options, failure);
    if (relaxed === undefined) return { run, options, remarks, failure };
    remarks.push(relaxed.remark);
    options = relaxed.options;
    teller.beginAnew();
  }
}

async function runOnce(
  { context, work, attempt, plan, folder, capabilities, teller }: Attempt,
  options: TaskOptions,
): Promise<{ run: YtdlpRun; failure: RunFailure | undefined }> {
  const { task } = work.lease;
  const place = {
    home: folder.home,
    temp: folder.temp,
    cache: cacheFolder(context.configuration.worker.downloads),
    ...(plan.settings.cookies === undefined ? {} : { cookies: folder.cookies }),
  };
  const request = { link: task.link, targetQuality: task.target_quality, options };
  // Only what is live has an end that can be chosen: all else is downloaded whole, whoever wants to keep a part.
  const finishing = new AbortController();
  const finishIfLive = () => {
    if (work.finish.aborted && teller.story.video?.live === true) finishing.abort();
  };
  work.finish.addEventListener("abort", finishIfLive);
  const room = watchRoom(context.space, {
    taskId: task.id,
    options,
    story: () => teller.story,
    onAnnounced: (totalBytes) => {
      teller.note(noteExpectedBytes(context.database, work.lease, totalBytes));
    },
    onError: (error) => {
      context.logger.error({ err: error, task_id: task.id }, "the room for a download could not be watched");
    },
  });
  const run = await runYtdlp(
    context,
    folder,
    plan.settings,
    (marker) => downloadArguments(request, plan.settings, place, capabilities, marker),
    AbortSignal.any([work.signal, room.signal]),
    {
      event: (event) => {
        teller.tell(event);
        room.look();
        if (event.kind === "video") finishIfLive();
      },
      leader: (leader) => noteProcessGroup(context.database, attempt, leader),
      pace: work.markPace,
    },
    { phase: () => phaseOf(teller.story), finish: finishing.signal },
  ).finally(() => {
    room.stop();
  });
  work.finish.removeEventListener("abort", finishIfLive);
  const shortage = await room.verdict();
  const failure = judgeRun(run, teller.story, options, finishing.signal.aborted, plan, context.now());
  if (failure === undefined) return { run, failure };
  if (shortage === undefined) return { run, failure: await blameDisk(context.space, failure) };
  return { run, failure: { failureClass: "disk_full", line: shortage.text, shortage } };
}

function judgeRun(
  run: YtdlpRun,
  story: DownloadStory,
  options: TaskOptions,
  finished: boolean,
  plan: StagePlan,
  nowMs: number,
): RunFailure | undefined {
  if (run.standstill !== undefined) return { failureClass: "network", line: standstillLines[run.standstill] };
  const fileNamed = story.files.length > 0;
  if (run.exitCode === 0 && fileNamed) return undefined;
  if (finished) return { failureClass: "filtered", line: "the recording was ended before anything of it was there" };
  const reason = run.exitCode === 0 ? filteredReason(story, options) : undefined;
  if (reason !== undefined) return { failureClass: "filtered", line: reason };
  return classifyFailure({ ...run, hadProxy: plan.settings.proxy !== undefined, fileNamed, nowMs });
}

/** What the run said that it made: one file, or one for each part that was asked for. */
function madeFiles(story: DownloadStory, options: TaskOptions): MainFile[] {
  const { video } = story;
  const whole = { announcedSeconds: video?.durationSeconds, live: video?.live ?? false };
  // A recording ends where it ends.
  const unmeasured = !whole.live && !isMeasured(story);
  const files = options.sections.length === 0 ? story.files.slice(-1) : story.files;
  return files.map((file, index) => {
    const { path } = file;
    // Told in their order. yt-dlp replaces an open end by that of the video.
    const section = options.sections[index];
    const expectedSeconds = expectedDuration(options, { ...whole, ...file, cutSeconds: file.durationSeconds });
    return {
      path,
      expectedSeconds,
      unmeasured,
      soundOnly: video?.soundOnly ?? false,
      ...(section === undefined ? { label: "" } : { label: sectionLabel(section), dispensable: true }),
    };
  });
}

/** Encoding is a process group of its own, known to whoever takes the task over; it is shown as a step. */
async function encode(
  { context, work, attempt, folder, teller }: Attempt,
  path: string,
  streams: MediaStreams,
): Promise<string> {
  const { durationSeconds = Infinity } = streams;
  const tell = (seconds: number) => {
    const progressPercent = Math.min(100, (seconds / durationSeconds) * 100);
    const doneBytes = teller.story.finishedBytes;
    teller.report({ doneBytes, progressPercent, step: "recode", updatedAtMs: context.now() });
  };
  tell(0);
  return await recodeVideo(path, streams, {
    temp: folder.temp,
    env: context.environment,
    signal: work.signal,
    onLeader: (leader) => noteProcessGroup(context.database, attempt, leader),
    onWritten: tell,
  });
}
