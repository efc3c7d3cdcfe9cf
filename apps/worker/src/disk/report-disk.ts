import { statfsOfNearest } from "@dwld/daemon";
import type { RegisteredProcess } from "@dwld/queue";

const intervalMs = 30_000;

/** Tells others the disk of the folder for downloads, at the start and every half a minute, until it is closed. */
export function reportDisk(
  downloads: string,
  registered: Pick<RegisteredProcess, "setDisk">,
  onError: (error: unknown) => void,
): { close: () => void } {
  let isReading = false;
  const report = async (): Promise<void> => {
    // The disk of a server that is away may not answer for minutes.
    if (isReading) return;
    isReading = true;
    try {
      const { bavail, blocks, bsize } = await statfsOfNearest(downloads);
      registered.setDisk({ path: downloads, freeBytes: bavail * bsize, totalBytes: blocks * bsize });
    } catch (error) {
      onError(error);
    } finally {
      isReading = false;
    }
  };
  void report();
  const timer = setInterval(() => void report(), intervalMs);
  return {
    close: () => {
      clearInterval(timer);
    },
  };
}
