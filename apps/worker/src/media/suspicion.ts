import { isShort } from "./judge-media.ts";
import type { MediaStreams } from "./probe-media.ts";

type Figures = {
  streams: MediaStreams;
  sizeBytes: number;
  /** As it was announced; undefined where nobody knows. */
  expectedSeconds: number | undefined;
  /** The last place at which there is something to play; undefined where nobody looked, or it is missing. */
  lastSeconds: number | undefined;
  /** Whether somebody looked. */
  lookedAtEnd: boolean;
  /** A part of the file is nothing but zeros. */
  blank: boolean;
};

/** Headers and gaps; figures are rounded. */
const claimedTolerance = 0.9;

/** Whether the figures of a file contradict each other, so that its ends have to be decoded to know. */
export function isSuspicious(figures: Figures): boolean {
  const { streams, sizeBytes, expectedSeconds, lastSeconds, lookedAtEnd, blank } = figures;
  const { durationSeconds = 0, claimedBytes = 0 } = streams;
  if (blank || sizeBytes < claimedBytes * claimedTolerance) return true;
  // The head of a file that goes on for longer than was announced may say anything.
  if (expectedSeconds !== undefined && isShort(expectedSeconds, durationSeconds)) return true;
  return lookedAtEnd && (lastSeconds === undefined || isShort(lastSeconds, durationSeconds));
}

/** Containers of which nothing says how many bytes they should have. */
export function tellsNoBytes({ container, claimedBytes }: Pick<MediaStreams, "container" | "claimedBytes">): boolean {
  return claimedBytes === undefined && /\bmatroska\b/.test(container);
}
