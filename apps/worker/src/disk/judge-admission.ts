import { sizeText } from "@dwld/text";
import type { DiskSpace } from "./disk-space.ts";

/** What decides whether another download may begin. Bytes. */
export type SpaceFacts = DiskSpace & {
  /** The download folder. */
  path: string;
  /** `worker.minFreeBytes`. */
  reserveBytes: number;
  /** What lies here and waits for its delivery, and `worker.maxWaitingBytes`. */
  waitingBytes: number;
  maxWaitingBytes: number | undefined;
  /** What the running downloads will still take. */
  promisedBytes: number;
  running: number;
  /** What one download took lately; 0: nobody knows. */
  usualBytes: number;
};

export type SpaceVerdict = {
  /** Free above the reserve, and promised to nobody; below 0 where the reserve is touched. */
  roomBytes: number;
  /** Why nothing new may begin; undefined where it may. */
  hold?: {
    /** Only `disk` and `files` are troubles: the others pass when what is under way has ended. */
    cause: "disk" | "files" | "delivery" | "running" | "usual";
    /** A sentence for the operator, without its full stop. */
    text: string;
  };
};

/** So many files and folders are kept free: a run makes some dozen. */
const reserveFiles = 100;

/** Whether another download may begin, of which nobody knows yet how large it is. Pure. */
export function judgeSpace(facts: SpaceFacts): SpaceVerdict {
  const { freeBytes, freeFiles, path, reserveBytes, waitingBytes, maxWaitingBytes = Infinity } = facts;
  const { promisedBytes, running, usualBytes } = facts;
  const roomBytes = freeBytes - reserveBytes - promisedBytes;
  const held = (cause: NonNullable<SpaceVerdict["hold"]>["cause"], why: string): SpaceVerdict => ({
    roomBytes,
    hold: { cause, text: `nothing new is downloaded: ${why}` },
  });
  const goesOn =
    waitingBytes > 0
      ? `it goes on when some of the ${sizeText(waitingBytes)} that wait have been delivered, or you have made room`
      : "it goes on when you have made room";

  if (freeBytes < reserveBytes) {
    const kept = `${sizeText(reserveBytes)} are kept free (worker.minFreeBytes)`;
    return held("disk", `${sizeText(freeBytes)} are free on the disk of ${path}, and ${kept}; ${goesOn}`);
  }
  if (freeFiles < reserveFiles)
    return held(
      "files",
      `the disk of ${path} has room for ${freeFiles} more files, by whatever size (df -i); ${goesOn}`,
    );
  if (waitingBytes > maxWaitingBytes) {
    const waiting = `${sizeText(waitingBytes)} wait for their delivery`;
    const bound = `more than ${sizeText(maxWaitingBytes)} (worker.maxWaitingBytes)`;
    return held("delivery", `${waiting}, ${bound}; it goes on when some have been delivered`);
  }
  if (roomBytes <= 0 && running > 0)
    return held("running", `what is free on the disk of ${path} is needed by the downloads that run`);
  if (roomBytes <= 0) return held("disk", `the disk of ${path} is full; ${goesOn}`);
  // Where nothing is under way that makes room, it is tried all the same: the next one may be small.
  if (usualBytes > roomBytes && (waitingBytes > 0 || promisedBytes > 0)) {
    const usual = `a download took ${sizeText(usualBytes)} lately`;
    return held("usual", `${usual}, and ${sizeText(roomBytes)} are free on the disk of ${path}; ${goesOn}`);
  }
  return { roomBytes };
}
