import type { LiveProgress } from "@dwld/progress";
import type { YtdlpEvent } from "./events.ts";
import type { RunPhase } from "../process/watch-pace.ts";

/** What a run has told so far. */
export type DownloadStory = {
  video: Extract<YtdlpEvent, { kind: "video" }> | undefined;
  /** Known before a filter decided; undefined where the page could not be read. */
  found: Extract<YtdlpEvent, { kind: "found" }> | undefined;
  files: readonly Extract<YtdlpEvent, { kind: "file" }>[];
  /** Of formats that are complete; the one in work comes on top. */
  finishedBytes: number;
  finishedFormats: readonly string[];
  /** Of which the site told how much there is of them, before all of it was there. */
  measuredFormats: readonly string[];
  progress: LiveProgress | undefined;
};

export const untold: DownloadStory = {
  video: undefined,
  found: undefined,
  files: [],
  finishedBytes: 0,
  finishedFormats: [],
  measuredFormats: [],
  progress: undefined,
};

/** Whether yt-dlp could know that what came is all there is: a body without a length that breaks off ends as any does. */
export function isMeasured({ finishedFormats, measuredFormats }: DownloadStory): boolean {
  return finishedFormats.every((id) => measuredFormats.includes(id));
}

/** What the run is at, by what it has told. SponsorBlock is asked by a post-processor, too, before anything is there. */
export function phaseOf({ video, progress, finishedFormats }: DownloadStory): RunPhase {
  if (video?.live === true) return "recording";
  if (finishedFormats.length > 0 && progress?.step !== "download") return "working";
  return video === undefined && progress === undefined ? "reading" : "downloading";
}

/** Video and sound that come apart ("137+140") are passes of one download: the percentage is that of the whole. */
export function follow(story: DownloadStory, event: YtdlpEvent, nowMs: number): DownloadStory {
  switch (event.kind) {
    case "video":
      return { ...story, video: event };
    case "file":
      return { ...story, files: [...story.files, event] };
    case "found":
      return { ...story, found: event };
    case "processor":
      return event.started ? { ...story, progress: processing(story, event.name, nowMs) } : story;
    case "progress":
      return followProgress(measure(story, event), event, nowMs);
    case "entry":
      return story;
  }
}

function measure(story: DownloadStory, event: Extract<YtdlpEvent, { kind: "progress" }>): DownloadStory {
  const { formatId, finished, totalBytes = event.fragments } = event;
  const known = finished || totalBytes === undefined || story.measuredFormats.includes(formatId);
  return known ? story : { ...story, measuredFormats: [...story.measuredFormats, formatId] };
}

function followProgress(
  story: DownloadStory,
  event: Extract<YtdlpEvent, { kind: "progress" }>,
  nowMs: number,
): DownloadStory {
  const passes = Math.max(1, story.video?.formatId.split("+").length ?? 1);
  const finishedBefore = story.finishedFormats.filter((id) => id !== event.formatId);
  const fraction = event.finished ? 1 : fractionOf(event);
  const total = passes === 1 ? event.totalBytes : story.video?.sizeBytes;
  // The end of a format may be told twice.
  const isRepeated = event.finished && story.finishedFormats.includes(event.formatId);
  const progress: LiveProgress = {
    doneBytes: story.finishedBytes + (isRepeated ? 0 : event.bytes),
    ...(total === undefined ? {} : { totalBytes: total }),
    ...(fraction === undefined
      ? {}
      : { progressPercent: Math.min(100, ((finishedBefore.length + fraction) / passes) * 100) }),
    ...(event.speed === undefined ? {} : { speedBytesPerSecond: event.speed }),
    ...(event.etaSeconds === undefined ? {} : { etaSeconds: event.etaSeconds }),
    step: "download",
    updatedAtMs: nowMs,
  };
  if (!event.finished || isRepeated) return { ...story, progress };
  return {
    ...story,
    progress,
    finishedBytes: story.finishedBytes + event.bytes,
    finishedFormats: [...story.finishedFormats, event.formatId],
  };
}

function fractionOf(event: Extract<YtdlpEvent, { kind: "progress" }>): number | undefined {
  if (event.fragments !== undefined && event.fragments > 0) return Math.min(1, (event.fragment ?? 0) / event.fragments);
  if (event.totalBytes !== undefined && event.totalBytes > 0) return Math.min(1, event.bytes / event.totalBytes);
  return undefined;
}

function processing(story: DownloadStory, processor: string, nowMs: number): LiveProgress {
  return {
    doneBytes: story.finishedBytes,
    progressPercent: 100,
    step: processor,
    updatedAtMs: nowMs,
  };
}
