import { ffprobe, type ProbeRun } from "./ffprobe.ts";
import type { Ends } from "./check-media.ts";
import type { MediaStreams } from "./probe-media.ts";

/** An offset behind the end of every file makes ffprobe seek to the last place that it can play from. */
const lastPart = ["-read_intervals", "999999"];
const firstPart = ["-read_intervals", "%+1"];
const packets = ["-show_entries", "packet=pts_time,duration_time"];
const frames = ["-show_entries", "frame=pts_time,duration_time"];

/**
 * Returns the last second of a file that has something to play; undefined if its last part holds nothing. The header tells
 * the duration of the whole, however much of it is there. Decodes nothing.
 */
export async function probeEnd(path: string, run: ProbeRun): Promise<number | undefined> {
  return await lastTime([...lastPart, ...packets], path, run);
}

/** Decodes the first second and the last part of the picture, or of the sound if there is no picture. */
export async function probeEnds(
  path: string,
  { hasVideo }: Pick<MediaStreams, "hasVideo">,
  run: ProbeRun,
): Promise<Ends> {
  const stream = ["-select_streams", hasVideo ? "V" : "a"];
  const [start, endSeconds] = await Promise.all([
    lastTime([...stream, ...firstPart, ...frames], path, run),
    lastTime([...stream, ...lastPart, ...frames], path, run),
  ]);
  // Reads the whole file, which no other probe does.
  const listedSeconds = endSeconds === undefined ? await lastTime([...stream, ...packets], path, run) : undefined;
  return { startPlays: start !== undefined, endSeconds, listedSeconds };
}

async function lastTime(args: readonly string[], path: string, run: ProbeRun): Promise<number | undefined> {
  return readEnd((await ffprobe(["-of", "csv=p=0", ...args], path, run)) ?? "");
}

/** Parses the lines of ffprobe 7: when something is shown and for how long, seconds; "N/A" if unknown. */
function readEnd(lines: string): number | undefined {
  const ends = lines.split("\n").map((line) => {
    const [shown = "", lasts = ""] = line.split(",");
    return Number.parseFloat(shown) + (Number.parseFloat(lasts) || 0);
  });
  const last = ends.filter(Number.isFinite).reduce((most, end) => Math.max(most, end), -Infinity);
  return Number.isFinite(last) ? last : undefined;
}
