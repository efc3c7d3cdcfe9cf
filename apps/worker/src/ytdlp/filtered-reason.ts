import type { TaskOptions } from "@dwld/options";
import type { RunState } from "./run-state.ts";

/** Returns which request made yt-dlp leave a video alone; undefined if none did. */
export function filteredReason({ found }: Pick<RunState, "found">, options: TaskOptions): string | undefined {
  if (found === undefined) return undefined;
  const { uploaded } = found;
  if (uploaded !== undefined && options.uploadedAfter !== "" && uploaded < options.uploadedAfter)
    return `the video was uploaded on ${uploaded}, before ${options.uploadedAfter}`;
  if (uploaded !== undefined && options.uploadedBefore !== "" && uploaded > options.uploadedBefore)
    return `the video was uploaded on ${uploaded}, after ${options.uploadedBefore}`;
  return found.live && options.liveMode === "refuse"
    ? "the video is live now, and no recording was asked for"
    : undefined;
}
