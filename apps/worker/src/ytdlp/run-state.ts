import type { LiveProgress } from "@dwld/progress";
import type { RunPhase } from "../process/watch-pace.ts";
import type { YtdlpEvent } from "./events.ts";

/** State of a run, as far as its events have told. */
export type RunState = {
  video: Extract<YtdlpEvent, { kind: "video" }> | undefined;
  /** Known before a filter decides; undefined if the page could not be read. */
  found: Extract<YtdlpEvent, { kind: "found" }> | undefined;
  files: readonly Extract<YtdlpEvent, { kind: "file" }>[];
  /** Size of the complete formats, bytes; the format in work comes on top. */
  finishedBytes: number;
  finishedFormats: readonly string[];
  /** Formats whose size or number of fragments the site told before they were complete. */
  measuredFormats: readonly string[];
  progress: LiveProgress | undefined;
};

export const initialRunState: RunState = {
  video: undefined,
  found: undefined,
  files: [],
  finishedBytes: 0,
  finishedFormats: [],
  measuredFormats: [],
  progress: undefined,
};

/** Most files and formats of a run that are kept: one that was taken over could name any number. */
const mostKept = 1000;

/** Returns the state after an event. Formats that come apart ("137+140") count as passes of one download. */
export function applyEvent(state: RunState, event: YtdlpEvent, nowMs: number): RunState {
  switch (event.kind) {
    case "video":
      return { ...state, video: event };
    case "file":
      return state.files.length < mostKept ? { ...state, files: [...state.files, event] } : state;
    case "found":
      return { ...state, found: event };
    case "processor":
      return event.started ? { ...state, progress: processing(state, event.name, nowMs) } : state;
    case "progress":
      return applyProgress(applyMeasure(state, event), event, nowMs);
    case "entry":
    case "thumbnail":
      return state;
  }
}

/**
 * Returns whether yt-dlp could know that it got everything. Without a length, a body that breaks off ends like a complete
 * one.
 */
export function isMeasured({ finishedFormats, measuredFormats }: RunState): boolean {
  return finishedFormats.every((id) => measuredFormats.includes(id));
}

/** Returns the phase of the run. A post-processor may also run before the download: SponsorBlock is asked by one. */
export function phaseOf({ video, progress, finishedFormats }: RunState): RunPhase {
  if (video?.live === true) return "recording";
  if (finishedFormats.length > 0 && progress?.step !== "download") return "working";
  return video === undefined && progress === undefined ? "reading" : "downloading";
}

export function downloadedBytes({ finishedBytes, progress }: RunState): number {
  return Math.max(finishedBytes, progress?.doneBytes ?? 0);
}

/** Returns the title as a fact to store; nothing if the site told none. */
export function titleOf({ video }: RunState): { title?: string } {
  return video === undefined || video.title === "" ? {} : { title: video.title };
}

type ProgressEvent = Extract<YtdlpEvent, { kind: "progress" }>;

function applyMeasure(state: RunState, event: ProgressEvent): RunState {
  const { formatId, finished, totalBytes = event.fragments } = event;
  const { measuredFormats } = state;
  const isNews = !finished && totalBytes !== undefined && !measuredFormats.includes(formatId);
  return !isNews || measuredFormats.length >= mostKept
    ? state
    : { ...state, measuredFormats: [...measuredFormats, formatId] };
}

function applyProgress(state: RunState, event: ProgressEvent, nowMs: number): RunState {
  const passes = Math.max(1, state.video?.formatId.split("+").length ?? 1);
  const finishedBefore = state.finishedFormats.filter((id) => id !== event.formatId);
  const fraction = event.finished ? 1 : fractionOf(event);
  const total = passes === 1 ? event.totalBytes : state.video?.sizeBytes;
  // yt-dlp may report the end of a format twice.
  const isRepeated = event.finished && state.finishedFormats.includes(event.formatId);
  const progress: LiveProgress = {
    doneBytes: state.finishedBytes + (isRepeated ? 0 : event.bytes),
    ...(total === undefined ? {} : { totalBytes: total }),
    ...(fraction === undefined
      ? {}
      : { progressPercent: Math.min(100, ((finishedBefore.length + fraction) / passes) * 100) }),
    ...(event.speed === undefined ? {} : { speedBytesPerSecond: event.speed }),
    ...(event.etaSeconds === undefined ? {} : { etaSeconds: event.etaSeconds }),
    step: "download",
    updatedAtMs: nowMs,
  };
  if (!event.finished || isRepeated || state.finishedFormats.length >= mostKept) return { ...state, progress };
  return {
    ...state,
    progress,
    finishedBytes: state.finishedBytes + event.bytes,
    finishedFormats: [...state.finishedFormats, event.formatId],
  };
}

function fractionOf(event: ProgressEvent): number | undefined {
  if (event.fragments !== undefined && event.fragments > 0) return Math.min(1, (event.fragment ?? 0) / event.fragments);
  if (event.totalBytes !== undefined && event.totalBytes > 0) return Math.min(1, event.bytes / event.totalBytes);
  return undefined;
}

function processing(state: RunState, processor: string, nowMs: number): LiveProgress {
  return { doneBytes: state.finishedBytes, progressPercent: 100, step: processor, updatedAtMs: nowMs };
}
