import type { MediaStreams } from "./probe-media.ts";

export type MediaWish = {
  audioOnly: boolean;
  /** How long it should be; undefined where nobody knows. */
  expectedSeconds?: number | undefined;
};

export type Verdict = { fits: true } | { fits: false; failureClass: "wrong_media" | "truncated"; reason: string };

/** Announced durations are rounded, and players count them in different ways. */
const toleranceSeconds = 2;
const toleranceShare = 0.05;

/** Whether what arrived is what was asked for. */
export function judgeMedia(
  streams: Pick<MediaStreams, "hasVideo" | "hasAudio" | "durationSeconds"> | undefined,
  sizeBytes: number,
  wish: MediaWish,
): Verdict {
  const wrong = (reason: string): Verdict => ({ fits: false, failureClass: "wrong_media", reason });
  if (sizeBytes === 0) return wrong("the file is empty");
  if (streams === undefined) return wrong("the file holds no video and no sound");
  if (!wish.audioOnly && !streams.hasVideo) return wrong("the file has sound and no picture");
  if (wish.audioOnly && !streams.hasAudio) return wrong("the file has no sound");
  const { durationSeconds } = streams;
  if (durationSeconds === undefined) return wrong("the file has no duration");
  const expected = wish.expectedSeconds;
  if (expected === undefined) return { fits: true };
  const missing = expected - durationSeconds;
  if (missing > Math.max(toleranceSeconds, expected * toleranceShare))
    return {
      fits: false,
      failureClass: "truncated",
      reason: `the file is ${durationSeconds.toFixed(1)} s long, and should be ${expected.toFixed(1)} s`,
    };
  return { fits: true };
}

/** Players cut the last picture short, and sound is counted in pieces of its own. */
const endToleranceSeconds = 1;
/** What stands in front of these tells where each picture lies, so that to find none there is to find them missing. */
const indexed = /\b(?:mov|matroska)\b/;

/**
 * Whether a file goes on to where it says that it ends.
 *
 * @param endSeconds see probeEnd.
 */
export function judgeEnd(
  { durationSeconds, container }: Pick<MediaStreams, "durationSeconds" | "container">,
  endSeconds: number | undefined,
): Verdict {
  if (durationSeconds === undefined) return { fits: true };
  if (endSeconds === undefined ? !indexed.test(container) : durationSeconds - endSeconds <= endToleranceSeconds)
    return { fits: true };
  const there = endSeconds === undefined ? "its end is missing" : `only ${endSeconds.toFixed(1)} s are there`;
  const reason = `the file should be ${durationSeconds.toFixed(1)} s long, and ${there}`;
  return { fits: false, failureClass: "truncated", reason };
}
