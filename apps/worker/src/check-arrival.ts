import type { DownloadedFile, MediaFacts, TaskOptions } from "@dwld/queue";
import type { FailureClass } from "./failure/failure-class.ts";
import { describeFiles, listFiles, type MainFile, OutsideHomeError, type VideoName } from "./folder/collect-files.ts";
import { judgeMedia } from "./media/judge-media.ts";
import { type MediaStreams, probeMedia } from "./media/probe-media.ts";
import { needsRecoding, RecodeError } from "./media/recode-video.ts";

export type Arrival =
  | { fits: true; files: DownloadedFile[]; media: MediaFacts }
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
  const { options, made, video } = wish;
  try {
    const found = await listFiles(home, made);
    const mains: MainFile[] = [];
    let media: MediaStreams | undefined;
    for (const main of found.mains) {
      const streams = await probeMedia(main.path, signal);
      const verdict = judgeMedia(streams, main.sizeBytes, { ...options, expectedSeconds: main.expectedSeconds });
      if (!verdict.fits) return verdict;
      media ??= streams;
      const recode = options.recode === "mp4" && streams !== undefined && needsRecoding(main.path, streams);
      mains.push(recode ? { ...main, path: await wish.recode(main.path, streams) } : main);
    }
    const sidecars = found.sidecars;
    return { fits: true, files: await describeFiles({ mains, sidecars }, video, signal), media: mediaFacts(media) };
  } catch (error) {
    if (error instanceof OutsideHomeError) return { fits: false, failureClass: "unknown", reason: error.message };
    if (error instanceof RecodeError) return { fits: false, failureClass: "postprocess_failed", reason: error.message };
    throw error;
  }
}

/** Of the first file: the parts of a video are alike. */
function mediaFacts({ durationSeconds, width, height }: Partial<MediaStreams> = {}): MediaFacts {
  return {
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}
