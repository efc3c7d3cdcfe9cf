import { bytesIn } from "../folder/folder-bytes.ts";
import type { TaskFolder } from "../folder/task-folder.ts";

/** How much later than the time-out a stall may be noticed: one part of so many. */
const looksPerTimeout = 4;

export type Watchdog = {
  /** Aborted when neither a line nor a byte came for the whole time. */
  readonly signal: AbortSignal;
  /** Something came. */
  alive(): void;
  stop(): void;
};

/**
 * Watches a run. Some say nothing before they have finished (ffmpeg as a downloader, aria2c, live HLS), so before it
 * takes silence for a stall it looks whether the files grow.
 */
export function watchForStall(folder: Pick<TaskFolder, "home" | "temp">, idleMs: number): Watchdog {
  const controller = new AbortController();
  let aliveAtMs = performance.now();
  let lastBytes = 0;
  const look = async (): Promise<void> => {
    const bytes = await bytesIn([folder.home, folder.temp]);
    if (bytes !== lastBytes) aliveAtMs = performance.now();
    lastBytes = bytes;
    if (performance.now() - aliveAtMs >= idleMs) controller.abort("stalled");
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      controller.abort(error);
    });
  }, idleMs / looksPerTimeout);
  return {
    signal: controller.signal,
    alive: () => {
      aliveAtMs = performance.now();
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
