import { hasBlankPart } from "./blank-parts.ts";
import { checkEnds, checkMedia, type Defect, type ExpectedMedia } from "./check-media.ts";
import type { ProbeRun } from "./ffprobe.ts";
import { needsDeepCheck, tellsNoBytes } from "./needs-deep-check.ts";
import type { ReadPlainMedia } from "./plain/read-plain-media.ts";
import { probeEnd, probeEnds } from "./probe-end.ts";
import { type MediaStreams, probeMedia } from "./probe-media.ts";

/** The conditions under which a file is judged. */
export type JudgeRun = ProbeRun & {
  /** Reads a file of a plain form without a program. */
  readonly readPlain: ReadPlainMedia;
};

type MediaFile = {
  path: string;
  sizeBytes: number;
  /** The site did not tell its size, so its end may be missing. */
  unmeasured?: boolean;
};

/** The streams of a file, and how it differs from the request. */
export type Judgement = { streams: MediaStreams | undefined; defect?: Defect | undefined };

/**
 * Judges a file: without a program if its form leaves no doubt and nothing is wrong with it, else by ffprobe. A defect is
 * always ffprobe's finding.
 */
export async function judgeMedia(file: MediaFile, expected: ExpectedMedia, run: JudgeRun): Promise<Judgement> {
  return (await judgePlain(file, expected, run)) ?? (await judgeByFfprobe(file, expected, run));
}

async function judgePlain(
  { path, sizeBytes }: MediaFile,
  expected: ExpectedMedia,
  { readPlain }: JudgeRun,
): Promise<Judgement | undefined> {
  const plain = await readPlain(path);
  if (plain === undefined || checkMedia(plain.streams, sizeBytes, expected) !== undefined) return undefined;
  const { streams, lastSeconds } = plain;
  const figures = { streams, sizeBytes, expectedSeconds: expected.expectedSeconds, lastSeconds };
  const isEndProbed = lastSeconds !== undefined;
  const isBlank = await hasBlankPart(path, sizeBytes);
  return needsDeepCheck({ ...figures, isEndProbed, hasBlankPart: isBlank }) ? undefined : { streams };
}

async function judgeByFfprobe(file: MediaFile, expected: ExpectedMedia, run: ProbeRun): Promise<Judgement> {
  const streams = await probeMedia(file.path, run);
  const defect = checkMedia(streams, file.sizeBytes, expected);
  if (streams === undefined || defect?.usable === false) return { defect, streams };
  if (defect === undefined && !(await contradictsItself(file, { streams, ...expected }, run))) return { streams };
  const ends = await probeEnds(file.path, streams, run);
  return { defect: checkEnds(streams, ends, expected, defect), streams };
}

/** Probes the end, which costs as much as the first probe, only if a missing end could not be noticed otherwise. */
async function contradictsItself(
  { path, sizeBytes, unmeasured = false }: MediaFile,
  { streams, expectedSeconds }: ExpectedMedia & { streams: MediaStreams },
  run: ProbeRun,
): Promise<boolean> {
  const isEndProbed = unmeasured || tellsNoBytes(streams);
  const lastSeconds = isEndProbed ? await probeEnd(path, run) : undefined;
  const hasBlank = await hasBlankPart(path, sizeBytes);
  return needsDeepCheck({ streams, sizeBytes, expectedSeconds, lastSeconds, isEndProbed, hasBlankPart: hasBlank });
}
