import type { DiskAdmission, Shortage } from "./disk-admission.ts";
import type { Expectation } from "./reservations.ts";

/** Interval of the checks, ms: some programs print nothing before they have finished. */
const checkIntervalMs = 1000;

export type DiskWatch = {
  /** Aborted with "no_room". */
  readonly signal: AbortSignal;
  /** Call it when the run has printed something. */
  check(): void;
  /** The shortage that ended the run. */
  readonly shortage: Shortage | undefined;
  /** Resolves when the last check has ended. */
  stop(): Promise<void>;
};

export type WatchedDownload = {
  taskId: string;
  /** The space that the download takes, as far as the run has told. */
  expected: () => Expectation;
  isLive: () => boolean;
  /** Receives the total once it is known. */
  onAnnounced: (totalBytes: number) => void;
  onError: (error: unknown) => void;
};

/** Ends a run for which there is no space: as soon as its size is known, else before the disk is full. */
export function watchDisk(disk: DiskAdmission, download: WatchedDownload): DiskWatch {
  const { taskId } = download;
  const controller = new AbortController();
  let isAnnounced = false;
  let shortage: Shortage | undefined;
  let checking: Promise<void> | undefined;

  const checkOnce = async (): Promise<void> => {
    const expected = download.expected();
    const isNews = !isAnnounced && expected.totalBytes !== undefined;
    disk.expect(taskId, expected);
    if (isNews) {
      isAnnounced = true;
      download.onAnnounced(expected.totalBytes ?? 0);
    }
    shortage ??= isNews ? await disk.checkFits(taskId) : await disk.checkRunning(taskId, download.isLive());
    if (shortage !== undefined) controller.abort("no_room");
  };
  const check = () => {
    checking ??= checkOnce()
      .catch(download.onError)
      .finally(() => {
        checking = undefined;
      });
  };
  const timer = setInterval(check, checkIntervalMs);
  return {
    signal: controller.signal,
    check,
    stop: async () => {
      clearInterval(timer);
      await checking;
    },
    get shortage() {
      return shortage;
    },
  };
}
