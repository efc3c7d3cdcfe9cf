import { rm } from "node:fs/promises";
import type { DownloadedFile, MediaFacts, TaskOptions } from "@dwld/queue";
import type { FailureClass } from "../failure/failure-class.ts";
import { describeFiles, listFiles, type MainFile, OutsideHomeError, type VideoName } from "../workdir/collect-files.ts";
import { hasBlankPart } from "../media/blank-parts.ts";
import { type Flaw, judgeEnds, judgeMedia } from "../media/judge-media.ts";
import { probeEnd, probeEnds } from "../media/probe-end.ts";
import { type MediaStreams, probeMedia } from "../media/probe-media.ts";
import { needsRecoding, RecodeError } from "../media/recode-video.ts";
import { isSuspicious, tellsNoBytes } from "../media/suspicion.ts";

export type Arrival =
  /**
   * @property missing how many dispensable files came to nothing.
   * @property hasCover the first file holds a picture that stands for it.
   * @property flaw it is not what was asked for, and better than nothing.
   */
  | { fits: true; files: DownloadedFile[]; media: MediaFacts; missing: number; hasCover: boolean; flaw?: Flaw }
  | { fits: false; failureClass: FailureClass; reason: string };

export type ArrivalWish = {
  options: TaskOptions;
  /** What the run said that it made. */
  made: readonly MainFile[];
  video: VideoName;
  /** Makes a video MP4 with H.264 and AAC, and gives its new path. */
  recode: (path: string, streams: MediaStreams) => Promise<string>;
};

/** Whether what a run has made is what was asked for; then it is made ready to be delivered. */
export async function checkArrival(home: string, wish: ArrivalWish, signal: AbortSignal): Promise<Arrival> {
  try {
    const { mains, sidecars } = await listFiles(home, wish.made);
    const fitting: MainFile[] = [];
    let media: MediaStreams | undefined;
    let flaw: Flaw | undefined;
    let reason: Unfit | undefined;
    for (const main of mains) {
      const judged = await judgeFile(main, wish.options, signal);
      const unfit = judged.unfit ?? unfitBy(judged.flaw, main);
      if (unfit === undefined) {
        media ??= judged.streams;
        flaw ??= judged.flaw;
        fitting.push(await madeReady(main, judged.streams, wish));
        continue;
      }
      if (main.dispensable !== true) return unfit;
      reason ??= unfit;
      await rm(main.path);
    }
    if (fitting.length === 0 && reason !== undefined) return reason;
    const files = await describeFiles({ mains: fitting, sidecars }, wish.video, signal);
    return {
      fits: true,
      files,
      media: mediaFacts(media),
      missing: mains.length - fitting.length,
      hasCover: (media?.covers.length ?? 0) > 0,
      ...(flaw === undefined ? {} : { flaw }),
    };
  } catch (error) {
    if (error instanceof OutsideHomeError) return { fits: false, failureClass: "unknown", reason: error.message };
    if (error instanceof RecodeError)
      return {
        fits: false,
        failureClass: error.diskFull ? "disk_full" : "postprocess_failed",
        reason: error.message,
      };
    throw error;
  }
}

type Unfit = Extract<Arrival, { fits: false }>;
type SizedFile = MainFile & { sizeBytes: number };

async function judgeFile(
  main: SizedFile,
  options: TaskOptions,
  signal: AbortSignal,
): Promise<{ unfit?: Unfit; flaw?: Flaw | undefined; streams: MediaStreams | undefined }> {
  const { path, sizeBytes, expectedSeconds } = main;
  const streams = await probeMedia(path, signal);
  // Of a part behind the end, yt-dlp makes whatever ffmpeg makes of nothing.
  const empty = expectedSeconds === 0 || streams?.durationSeconds === undefined;
  if (options.sections.length > 0 && empty) return { unfit: behindTheEnd, streams };
  const wish = { audioOnly: options.audioOnly || main.soundOnly === true, expectedSeconds };
  const flaw = judgeMedia(streams, sizeBytes, wish);
  if (streams === undefined || flaw?.usable === false) return { flaw, streams };
  if (flaw === undefined && !(await looksSuspicious(main, streams, signal))) return { streams };
  const ends = await probeEnds(path, streams, signal);
  return { flaw: judgeEnds(streams, ends, wish, flaw), streams };
}

/** A look at the end costs as much as the first one: only where nobody could know that all had come. */
async function looksSuspicious(main: SizedFile, streams: MediaStreams, signal: AbortSignal): Promise<boolean> {
  const { path, sizeBytes, expectedSeconds, unmeasured = false } = main;
  const lookedAtEnd = unmeasured || tellsNoBytes(streams);
  const lastSeconds = lookedAtEnd ? await probeEnd(path, signal) : undefined;
  const blank = await hasBlankPart(path, sizeBytes);
  return isSuspicious({ streams, sizeBytes, expectedSeconds, lastSeconds, lookedAtEnd, blank });
}

const behindTheEnd: Unfit = { fits: false, failureClass: "filtered", reason: "the video ends before the part begins" };

/** One part of several is worth having whole alone. */
function unfitBy(flaw: Flaw | undefined, { dispensable = false }: MainFile): Unfit | undefined {
  if (flaw === undefined || (flaw.usable && !dispensable)) return undefined;
  return { fits: false, failureClass: flaw.failureClass, reason: flaw.sentence.en };
}

async function madeReady(main: MainFile, streams: MediaStreams | undefined, wish: ArrivalWish): Promise<MainFile> {
  if (wish.options.recode !== "mp4" || streams === undefined || !needsRecoding(main.path, streams)) return main;
  return { ...main, path: await wish.recode(main.path, streams) };
}

/** Of the first file: the parts of a video are alike. */
function mediaFacts({ durationSeconds, width, height }: Partial<MediaStreams> = {}): MediaFacts {
  return {
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}
