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
