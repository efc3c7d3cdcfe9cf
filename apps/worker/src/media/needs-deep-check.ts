import { isShort } from "./check-media.ts";
import type { MediaStreams } from "./probe-media.ts";

type Figures = {
  streams: MediaStreams;
  sizeBytes: number;
  /** Announced duration; undefined if unknown. */
  expectedSeconds: number | undefined;
  /** The last second with something to play; undefined if the end was not probed, or holds nothing. */
  lastSeconds: number | undefined;
  isEndProbed: boolean;
  /** A part of the file is nothing but zeros. */
  hasBlankPart: boolean;
};

/** Leaves room for headers, gaps and rounded figures. */
const claimedTolerance = 0.9;

/** Returns whether the figures of a file contradict each other, so that its ends must be decoded to know. */
export function needsDeepCheck(figures: Figures): boolean {
  const { streams, sizeBytes, expectedSeconds, lastSeconds, isEndProbed, hasBlankPart } = figures;
  const { durationSeconds = 0, claimedBytes = 0 } = streams;
  if (hasBlankPart || sizeBytes < claimedBytes * claimedTolerance) return true;
  // The header of a file that claims to be longer than announced may say anything.
  if (expectedSeconds !== undefined && isShort(expectedSeconds, durationSeconds)) return true;
  return isEndProbed && (lastSeconds === undefined || isShort(lastSeconds, durationSeconds));
}

/** Returns whether nothing in a container of this kind says how many bytes it should have. */
export function tellsNoBytes({ container, claimedBytes }: Pick<MediaStreams, "container" | "claimedBytes">): boolean {
  return claimedBytes === undefined && /\bmatroska\b/.test(container);
}
