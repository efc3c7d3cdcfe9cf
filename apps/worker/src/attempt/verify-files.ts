import { rm } from "node:fs/promises";
import type { TaskOptions } from "@dwld/options";
import type { DownloadedFile, MediaFacts } from "@dwld/queue";
import type { FailureClass } from "../failure/failure-class.ts";
import type { Defect } from "../media/check-media.ts";
import { type Judgement, judgeMedia, type JudgeRun } from "../media/judge-media.ts";
import type { MediaStreams } from "../media/probe-media.ts";
import { needsRecoding, RecodeError } from "../media/recode-video.ts";
import {
  describeFiles,
  listFiles,
  type Output,
  OutsideHomeError,
  type SizedOutput,
  type VideoName,
} from "../workdir/collect-files.ts";

export type Verification =
  /**
   * @property missing number of dispensable outputs that came to nothing.
   * @property hasCover the first file holds a cover picture.
   * @property defect the files differ from the request, and are better than nothing.
   */
  | { fits: true; files: DownloadedFile[]; media: MediaFacts; missing: number; hasCover: boolean; defect?: Defect }
  | Unfit;

type Unfit = { fits: false; failureClass: FailureClass; reason: string };

export type Expected = {
  options: TaskOptions;
  /** The files that the run said it made. */
  outputs: readonly Output[];
  video: VideoName;
  /** Encodes a video as MP4 with H.264 and AAC; returns the new path. */
  recode: (path: string, streams: MediaStreams) => Promise<string>;
};

/** Checks whether the files of a run match the request, and prepares them for delivery. */
export async function verifyFiles(home: string, expected: Expected, run: JudgeRun): Promise<Verification> {
  try {
    const { outputs, sidecars } = await listFiles(home, expected.outputs);
    const fitting: Output[] = [];
    let media: MediaStreams | undefined;
    let defect: Defect | undefined;
    let reason: Unfit | undefined;
    for (const output of outputs) {
      const checked = await checkOutput(output, expected.options, run);
      const unfit = checked.unfit ?? unfitBy(checked.defect, output);
      if (unfit === undefined) {
        media ??= checked.streams;
        defect ??= checked.defect;
        fitting.push(await prepareForDelivery(output, checked.streams, expected));
        continue;
      }
      if (output.dispensable !== true) return unfit;
      reason ??= unfit;
      await rm(output.path);
    }
    if (fitting.length === 0 && reason !== undefined) return reason;
    return {
      fits: true,
      files: await describeFiles({ outputs: fitting, sidecars }, expected.video, run.signal),
      media: mediaFacts(media),
      missing: outputs.length - fitting.length,
      hasCover: (media?.covers.length ?? 0) > 0,
      ...(defect === undefined ? {} : { defect }),
    };
  } catch (error) {
    if (error instanceof OutsideHomeError) return { fits: false, failureClass: "unknown", reason: error.message };
    if (!(error instanceof RecodeError)) throw error;
    return { fits: false, failureClass: error.diskFull ? "disk_full" : "postprocess_failed", reason: error.message };
  }
}

async function checkOutput(
  output: SizedOutput,
  options: TaskOptions,
  run: JudgeRun,
): Promise<Judgement & { unfit?: Unfit }> {
  const { expectedSeconds } = output;
  const audioOnly = options.audioOnly || output.soundOnly === true;
  const judgement = await judgeMedia(output, { audioOnly, expectedSeconds }, run);
  // yt-dlp makes something even of a section behind the end: what ffmpeg makes of nothing.
  const isEmpty = expectedSeconds === 0 || judgement.streams?.durationSeconds === undefined;
  return options.sections.length > 0 && isEmpty ? { ...judgement, unfit: behindTheEnd } : judgement;
}

const behindTheEnd: Unfit = { fits: false, failureClass: "filtered", reason: "the video ends before the part begins" };

/** A usable defect is accepted, except in one of several sections: such a section is worth having only if it is whole. */
function unfitBy(defect: Defect | undefined, { dispensable = false }: Output): Unfit | undefined {
  if (defect === undefined || (defect.usable && !dispensable)) return undefined;
  return { fits: false, failureClass: defect.failureClass, reason: defect.sentence.en };
}

async function prepareForDelivery(
  output: Output,
  streams: MediaStreams | undefined,
  { options, recode }: Expected,
): Promise<Output> {
  if (options.recode !== "mp4" || streams === undefined || !needsRecoding(output.path, streams)) return output;
  return { ...output, path: await recode(output.path, streams) };
}

/** Returns the facts of the first file: the sections of a video are alike. */
function mediaFacts({ durationSeconds, width, height }: Partial<MediaStreams> = {}): MediaFacts {
  return {
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}
