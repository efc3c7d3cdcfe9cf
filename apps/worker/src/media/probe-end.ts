import { ffprobe } from "./ffprobe.ts";
import type { Ends } from "./judge-media.ts";
import type { MediaStreams } from "./probe-media.ts";

/** Behind the end of every file: ffprobe then goes to the last place from which it can be played. */
const lastPart = ["-read_intervals", "999999"];
const firstPart = ["-read_intervals", "%+1"];
const packets = ["-show_entries", "packet=pts_time,duration_time"];
const frames = ["-show_entries", "frame=pts_time,duration_time"];

/**
 * Up to which second of a file there is something to play; undefined where its last part holds nothing. What stands in
 * front of a file tells the length of the whole, however much of the whole is there. Nothing is decoded.
 */
export async function probeEnd(path: string, signal: AbortSignal): Promise<number | undefined> {
  return await lastTime([...lastPart, ...packets], path, signal);
}

/** Decodes the first second and the last part: of the picture where there is one, else of the sound. */
export async function probeEnds(
  path: string,
  { hasVideo }: Pick<MediaStreams, "hasVideo">,
  signal: AbortSignal,
): Promise<Ends> {
  const stream = ["-select_streams", hasVideo ? "V" : "a"];
  const [start, endSeconds] = await Promise.all([
    lastTime([...stream, ...firstPart, ...frames], path, signal),
    lastTime([...stream, ...lastPart, ...frames], path, signal),
  ]);
  // All of the file is read, and only here.
  const listedSeconds = endSeconds === undefined ? await lastTime([...stream, ...packets], path, signal) : undefined;
  return { startPlays: start !== undefined, endSeconds, listedSeconds };
}

async function lastTime(args: readonly string[], path: string, signal: AbortSignal): Promise<number | undefined> {
  return readEnd((await ffprobe(["-of", "csv=p=0", ...args], path, signal)) ?? "");
}

/** ffprobe's lines, version 7: when something is shown and for how long, in seconds; "N/A" where nobody knows. */
function readEnd(lines: string): number | undefined {
  const ends = lines.split("\n").map((line) => {
    const [shown = "", lasts = ""] = line.split(",");
    return Number.parseFloat(shown) + (Number.parseFloat(lasts) || 0);
  });
  const last = ends.filter(Number.isFinite).reduce((most, end) => Math.max(most, end), -Infinity);
  return Number.isFinite(last) ? last : undefined;
}
