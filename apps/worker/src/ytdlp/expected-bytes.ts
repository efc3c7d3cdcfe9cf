import { isRewritten, type TaskOptions } from "@dwld/options";
import type { RunState } from "./run-state.ts";

/**
 * Returns the space that a run takes on the disk at its peak, bytes, by what it has told so far: the download, and the
 * same once more if ffmpeg writes the whole into another file before the first one is removed. The total is undefined if
 * it is unknown.
 */
export function expectedBytes(
  { video, progress }: RunState,
  options: TaskOptions,
): { totalBytes: number | undefined; doneBytes: number } {
  const doneBytes = progress?.doneBytes ?? 0;
  // A live stream has no size yet, and for sections the site tells the size of the whole video.
  if (video?.live === true || options.sections.length > 0) return { totalBytes: undefined, doneBytes };
  // Once a post-processor works on the file, all of it is there.
  const isComplete = progress !== undefined && progress.step !== "download";
  const sizeBytes = progress?.totalBytes ?? video?.sizeBytes ?? (isComplete ? doneBytes : undefined);
  if (sizeBytes === undefined) return { totalBytes: undefined, doneBytes };
  const isWrittenTwice = video?.formatId?.includes("+") === true || isRewritten(options);
  return { totalBytes: isWrittenTwice ? 2 * sizeBytes : sizeBytes, doneBytes };
}
