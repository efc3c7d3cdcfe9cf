import type { RunPace } from "@dwld/queue";
import { bytesIn } from "../disk/folder-bytes.ts";
import { Throughput } from "./throughput.ts";

/**
 * The phase of a run: it reads pages, downloads, records a live stream (which has no end known in advance), or works on
 * the files that it has downloaded.
 */
export type RunPhase = "reading" | "downloading" | "recording" | "working";

export type PaceLimits = {
  /** A run is stalled if neither a line nor a byte came for this long. */
  idleMs: number;
  /** A download is too slow if it got less than this over `slowAfterMs`; 0: no limit. */
  minBytesPerSecond: number;
  slowAfterMs: number;
  /** The operator's limit on the rate of a download; undefined: none. */
  maxBytesPerSecond?: number | undefined;
};

export type WatchedRun = {
  /** The folders that the run writes to. */
  folders: readonly string[];
  phase: () => RunPhase;
  /** Receives the pace each time it changes. */
  onPace: (pace: RunPace) => void;
};

export type PaceWatch = {
  /** Aborted with a `Standstill` as its reason; with an Error if the folders cannot be read. */
  readonly signal: AbortSignal;
  /** Call it for each line of output. */
  alive(): void;
  stop(): void;
};

export type Standstill = "stalled" | "too_slow";

/** Sentences for a person. Both are failures of class `network`. */
export const standstillLines: Readonly<Record<Standstill, string>> = {
  stalled: "nothing came from the site for too long, so the download was broken off",
  too_slow:
    "the site sent less than worker.minBytesPerSecond over worker.slowAfterSeconds, so the download was broken off",
};

/** A run below this rate for this long is slow: it does not need one of the counted places. */
const busyBytesPerSecond = 50_000;
const busyOverMs = 20_000;

/** Number of samples in the shortest of the spans. */
const samplesPerSpan = 4;

/**
 * Watches the pace of a run by the size of its files, since some programs print nothing before they have finished
 * (ffmpeg as a downloader, aria2c, live HLS). Time in which this process itself stood still does not count.
 */
export function watchPace({ folders, phase, onPace }: WatchedRun, limits: PaceLimits): PaceWatch {
  const { idleMs, minBytesPerSecond, slowAfterMs, maxBytesPerSecond = Infinity } = limits;
  const controller = new AbortController();
  const overMs = Math.min(busyOverMs, slowAfterMs);
  const intervalMs = Math.min(idleMs, overMs) / samplesPerSpan;
  // Half of the operator's own limit is not slowness of the site.
  const leastRate = Math.min(minBytesPerSecond, maxBytesPerSecond / 2);
  const busyRate = Math.min(busyBytesPerSecond, maxBytesPerSecond / 2);
  const overall = new Throughput(overMs);
  const download = new Throughput(slowAfterMs);
  let aliveAtMs = performance.now();
  let sampledAtMs = aliveAtMs;
  let lastBytes: number | undefined;
  let lastPace: RunPace = "steady";
  let isOver = false;

  const report = (pace: RunPace) => {
    if (pace === lastPace) return;
    lastPace = pace;
    onPace(pace);
  };
  const sample = async (): Promise<void> => {
    const bytes = await bytesIn(folders);
    if (isOver) return;
    const nowMs = performance.now();
    const sinceMs = Math.min(nowMs - sampledAtMs, 2 * intervalMs);
    const frozenMs = nowMs - sampledAtMs - sinceMs;
    aliveAtMs = Math.min(nowMs, aliveAtMs + frozenMs);
    const grown = Math.max(0, bytes - (lastBytes ?? bytes));
    if (bytes !== (lastBytes ?? 0)) aliveAtMs = nowMs;
    lastBytes = bytes;
    sampledAtMs = nowMs;
    const current = phase();
    overall.add(sinceMs, grown);
    if (current === "downloading") download.add(sinceMs, grown);
    else download.reset();
    const isSlow = current !== "working" && (overall.bytesPerSecond(overMs) ?? Infinity) < busyRate;
    report(!isSlow ? "steady" : current === "recording" ? "slow_recording" : "slow");
    if (nowMs - aliveAtMs >= idleMs) controller.abort("stalled" satisfies Standstill);
    else if ((download.bytesPerSecond(slowAfterMs) ?? Infinity) < leastRate)
      controller.abort("too_slow" satisfies Standstill);
  };
  let sampling: Promise<void> | undefined;
  const sampleOnce = () => {
    sampling ??= sample()
      .catch((error: unknown) => {
        controller.abort(error);
      })
      .finally(() => {
        sampling = undefined;
      });
  };
  // The first sample finds what an earlier run left: that is not speed of this one.
  sampleOnce();
  const timer = setInterval(sampleOnce, intervalMs);
  return {
    signal: controller.signal,
    alive: () => {
      aliveAtMs = performance.now();
    },
    stop: () => {
      isOver = true;
      clearInterval(timer);
      report("steady");
    },
  };
}
