import { ffprobe } from "./ffprobe.ts";

/** Behind the end of every file: ffprobe then goes to the last place from which it can be played. */
const behindTheEnd = "999999";

/**
 * Up to which second of a file there is something to play; undefined where its last part holds nothing. What stands in
 * front of a file tells the length of the whole, however much of the whole is there.
 */
export async function probeEnd(path: string, signal: AbortSignal): Promise<number | undefined> {
  const args = ["-of", "csv=p=0", "-read_intervals", behindTheEnd, "-show_entries", "packet=pts_time,duration_time"];
  return readEnd((await ffprobe(args, path, signal)) ?? "");
}

/** ffprobe's lines, version 7: when a packet is shown and for how long, in seconds; "N/A" where nobody knows. */
function readEnd(lines: string): number | undefined {
  const ends = lines.split("\n").map((line) => {
    const [shown = "", lasts = ""] = line.split(",");
    return Number.parseFloat(shown) + (Number.parseFloat(lasts) || 0);
  });
  const last = ends.filter(Number.isFinite).reduce((most, end) => Math.max(most, end), -Infinity);
  return Number.isFinite(last) ? last : undefined;
}
