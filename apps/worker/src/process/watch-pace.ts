import type { RunPace } from "@dwld/queue";
import { bytesIn } from "../disk/folder-bytes.ts";
import type { TaskFolder } from "../workdir/workdir.ts";
import { Pace } from "./throughput.ts";

/**
 * What a run is at: it reads pages, it downloads, it records a live stream, which lasts as long as it lasts, or it works
 * on what it has downloaded.
 */
export type RunPhase = "reading" | "downloading" | "recording" | "working";

export type PaceLimits = {
  /** Neither a line nor a byte for so long is a stall. */
  idleMs: number;
  /** A download that gets less over `slowAfterMs` is too slow; 0: none is. */
  minBytesPerSecond: number;
  slowAfterMs: number;
  /** The operator's own limit; undefined: none. */
  limitBytesPerSecond?: number | undefined;
};

export type PaceWatch = {
  /** Aborted with a `Standstill`. */
  readonly signal: AbortSignal;
  /** A line came. */
  alive(): void;
  stop(): void;
};

export type Standstill = "stalled" | "too_slow";

/** For a person; the class of both is `network`. */
export const standstillLines: Readonly<Record<Standstill, string>> = {
  stalled: "nothing came from the site for too long, so the download was broken off",
  too_slow:
    "the site sent less than worker.minBytesPerSecond over worker.slowAfterSeconds, so the download was broken off",
};

/** A run that gets less than this, for so long, has no need of a place among those that are counted. */
const busyBytesPerSecond = 50_000;
const busyOverMs = 20_000;

/** How many looks there are in the shortest of the times. */
const looksPerTime = 4;

/**
 * Watches how a run gets on, by its files: some say nothing before they have finished (ffmpeg as a downloader, aria2c,
 * live HLS). A time in which this process itself stood still is not the run's.
 *
 * @param onPace how it gets on, each time that this changes.
 */
export function watchPace(
  folder: Pick<TaskFolder, "home" | "temp">,
  { idleMs, minBytesPerSecond, slowAfterMs, limitBytesPerSecond = Infinity }: PaceLimits,
  phase: () => RunPhase,
  onPace: (pace: RunPace) => void,
): PaceWatch {
  const controller = new AbortController();
  const overMs = Math.min(busyOverMs, slowAfterMs);
  const lookMs = Math.min(idleMs, overMs) / looksPerTime;
  // Half of what the operator allows is no slowness of the site.
  const least = Math.min(minBytesPerSecond, limitBytesPerSecond / 2);
  const busy = Math.min(busyBytesPerSecond, limitBytesPerSecond / 2);
  const whole = new Pace(overMs);
  const download = new Pace(slowAfterMs);
  let aliveAtMs = performance.now();
  let lookedAtMs = aliveAtMs;
  let lastBytes: number | undefined;
  let told: RunPace = "steady";
  let isOver = false;

  const tell = (pace: RunPace) => {
    if (pace === told) return;
    told = pace;
    onPace(pace);
  };
  const look = async (): Promise<void> => {
    const bytes = await bytesIn([folder.home, folder.temp]);
    if (isOver) return;
    const nowMs = performance.now();
    const sinceMs = Math.min(nowMs - lookedAtMs, 2 * lookMs);
    const grown = Math.max(0, bytes - (lastBytes ?? bytes));
    if (bytes !== (lastBytes ?? 0)) aliveAtMs = nowMs;
    lastBytes = bytes;
    lookedAtMs = nowMs;
    const at = phase();
    whole.add(sinceMs, grown);
    if (at === "downloading") download.add(sinceMs, grown);
    else download.beginAnew();
    const isSlow = at !== "working" && (whole.bytesPerSecond(overMs) ?? Infinity) < busy;
    tell(!isSlow ? "steady" : at === "recording" ? "slow_recording" : "slow");
    if (nowMs - aliveAtMs >= idleMs) controller.abort("stalled" satisfies Standstill);
    else if ((download.bytesPerSecond(slowAfterMs) ?? Infinity) < least)
      controller.abort("too_slow" satisfies Standstill);
  };
  let looking: Promise<void> | undefined;
  const lookOnce = () => {
    looking ??= look()
      .catch((error: unknown) => {
        controller.abort(error);
      })
      .finally(() => {
        looking = undefined;
      });
  };
  // What an earlier run left is no speed of this one.
  lookOnce();
  const timer = setInterval(lookOnce, lookMs);
  return {
    signal: controller.signal,
    alive: () => {
      aliveAtMs = performance.now();
    },
    stop: () => {
      isOver = true;
      clearInterval(timer);
      tell("steady");
    },
  };
}
