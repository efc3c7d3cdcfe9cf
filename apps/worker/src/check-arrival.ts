import { rm } from "node:fs/promises";
import type { DownloadedFile, MediaFacts, TaskOptions } from "@dwld/queue";
import type { FailureClass } from "./failure/failure-class.ts";
import { describeFiles, listFiles, type MainFile, OutsideHomeError, type VideoName } from "./folder/collect-files.ts";
import { judgeEnd, judgeMedia } from "./media/judge-media.ts";
import { probeEnd } from "./media/probe-end.ts";
import { type MediaStreams, probeMedia } from "./media/probe-media.ts";
import { needsRecoding, RecodeError } from "./media/recode-video.ts";
import type { Shortfall } from "./media/shortfall.ts";

export type Arrival =
  /**
   * @property missing how many dispensable files came to nothing.
   * @property hasCover the first file holds a picture that stands for it.
   * @property shortfall it ends where a video ends, and sooner than the site said.
   */
  | {
      fits: true;
      files: DownloadedFile[];
      media: MediaFacts;
      missing: number;
      hasCover: boolean;
      shortfall?: Shortfall;
    }
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
    let reason: Verdict | undefined;
    let shortfall: Shortfall | undefined;
    for (const main of mains) {
      const { verdict, streams, shortfall: short } = await judgeFile(main, wish.options, signal);
      if (verdict.fits) {
        media ??= streams;
        shortfall ??= short;
        fitting.push(await madeReady(main, streams, wish));
        continue;
      }
      if (main.dispensable !== true) return verdict;
      reason ??= verdict;
      await rm(main.path);
    }
    if (fitting.length === 0 && reason?.fits === false) return reason;
    const files = await describeFiles({ mains: fitting, sidecars }, wish.video, signal);
    return {
      fits: true,
      files,
      media: mediaFacts(media),
      missing: mains.length - fitting.length,
      hasCover: (media?.covers.length ?? 0) > 0,
      ...(shortfall === undefined ? {} : { shortfall }),
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

type Verdict = { fits: true } | { fits: false; failureClass: FailureClass; reason: string };

type Judged = { verdict: Verdict; streams: MediaStreams | undefined; shortfall?: Shortfall };

async function judgeFile(
  main: MainFile & { sizeBytes: number },
  options: TaskOptions,
  signal: AbortSignal,
): Promise<Judged> {
  const { expectedSeconds, unmeasured = false } = main;
  const streams = await probeMedia(main.path, signal);
  let verdict: Verdict = judgeMedia(streams, main.sizeBytes, { ...options, expectedSeconds });
  const isShort = !verdict.fits && verdict.failureClass === "truncated";
  // This look costs as much as the first one: only where nobody could know that all had come, or where it is too short.
  if ((isShort || (verdict.fits && unmeasured)) && streams !== undefined) {
    const end = judgeEnd(streams, await probeEnd(main.path, signal));
    // Whole, as far as the file itself says: what the site says of its length may be what is wrong.
    if (isShort && end.fits && options.sections.length === 0)
      return { verdict: end, streams, shortfall: shortDuration(streams, expectedSeconds) };
    if (!isShort) verdict = end;
  }
  // Of a part behind the end, yt-dlp makes whatever ffmpeg makes of nothing.
  const empty = expectedSeconds === 0 || streams?.durationSeconds === undefined;
  if (options.sections.length === 0 || !empty) return { verdict, streams };
  const behind: Verdict = { fits: false, failureClass: "filtered", reason: "the video ends before the part begins" };
  return { verdict: behind, streams };
}

function shortDuration({ durationSeconds = 0 }: MediaStreams, announcedSeconds = 0): Shortfall {
  return { lack: "duration", gotSeconds: durationSeconds, announcedSeconds };
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
