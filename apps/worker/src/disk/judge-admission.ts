import { sizeText } from "@dwld/text";
import type { DiskSpace } from "./disk-space.ts";

/** Facts that decide whether another download may begin. Sizes in bytes. */
export type AdmissionFacts = DiskSpace & {
  /** The download folder. */
  path: string;
  /** `worker.minFreeBytes`. */
  reserveBytes: number;
  /** Size of the files that wait for their delivery, and `worker.maxWaitingBytes`. */
  waitingBytes: number;
  maxWaitingBytes: number | undefined;
  /** Space that running downloads will still take. */
  reservedBytes: number;
  running: number;
  /** Size of a typical recent download; 0 if unknown. */
  typicalBytes: number;
};

export type Admission = {
  /** Free space above the reserve that no download has reserved; negative if the reserve is touched. */
  availableBytes: number;
  /** Reason not to begin a download; absent if one may begin. */
  refusal?: {
    /** Only `disk` and `files` are troubles: the others pass when running work ends. */
    cause: "disk" | "files" | "delivery" | "running" | "usual";
    /** A sentence for the operator, without its full stop. */
    text: string;
  };
};

/** Number of files and folders to keep free: a run makes some dozens. */
const reserveFiles = 100;

/** Decides whether another download, of unknown size, may begin. Pure. */
export function judgeAdmission(facts: AdmissionFacts): Admission {
  const { freeBytes, freeFiles, path, reserveBytes, waitingBytes, maxWaitingBytes = Infinity } = facts;
  const { reservedBytes, running, typicalBytes } = facts;
  const availableBytes = freeBytes - reserveBytes - reservedBytes;
  const refused = (cause: NonNullable<Admission["refusal"]>["cause"], why: string): Admission => ({
    availableBytes,
    refusal: { cause, text: `nothing new is downloaded: ${why}` },
  });
  const remedy =
    waitingBytes > 0
      ? `it goes on when some of the ${sizeText(waitingBytes)} that wait have been delivered, or you have made room`
      : "it goes on when you have made room";

  if (freeBytes < reserveBytes) {
    const reserve = `${sizeText(reserveBytes)} are kept free (worker.minFreeBytes)`;
    return refused("disk", `${sizeText(freeBytes)} are free on the disk of ${path}, and ${reserve}; ${remedy}`);
  }
  if (freeFiles < reserveFiles)
    return refused(
      "files",
      `the disk of ${path} has room for ${freeFiles} more files, by whatever size (df -i); ${remedy}`,
    );
  if (waitingBytes > maxWaitingBytes) {
    const waiting = `${sizeText(waitingBytes)} wait for their delivery`;
    const bound = `more than ${sizeText(maxWaitingBytes)} (worker.maxWaitingBytes)`;
    return refused("delivery", `${waiting}, ${bound}; it goes on when some have been delivered`);
  }
  if (availableBytes <= 0 && running > 0)
    return refused("running", `what is free on the disk of ${path} is needed by the downloads that run`);
  if (availableBytes <= 0) return refused("disk", `the disk of ${path} is full; ${remedy}`);
  // If no running work frees space, the next download is tried all the same: it may be small.
  if (typicalBytes > availableBytes && (waitingBytes > 0 || reservedBytes > 0)) {
    const usual = `a download took ${sizeText(typicalBytes)} lately`;
    return refused("usual", `${usual}, and ${sizeText(availableBytes)} are free on the disk of ${path}; ${remedy}`);
  }
  return { availableBytes };
}
