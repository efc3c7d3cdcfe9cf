import type { TaskOptions } from "@dwld/queue";
import type { DownloadStory } from "./run-state.ts";
import type { Expectation } from "../disk/reservations.ts";

/**
 * What a run takes on the disk at its peak, by what it has told so far: what it downloads, and the same once more where
 * ffmpeg writes the whole into another file, before the first one goes.
 */
export function expectedBytes({ video, progress }: DownloadStory, options: TaskOptions): Expectation {
  const doneBytes = progress?.doneBytes ?? 0;
  // A stream has no size yet, and of a video in parts the size of the whole is told.
  if (video?.live === true || options.sections.length > 0) return { totalBytes: undefined, doneBytes };
  // What is at work on the file after the download has all of it.
  const isComplete = progress !== undefined && progress.step !== "download";
  const sizeBytes = progress?.totalBytes ?? video?.sizeBytes ?? (isComplete ? doneBytes : undefined);
  if (sizeBytes === undefined) return { totalBytes: undefined, doneBytes };
  return { totalBytes: isWrittenTwice(video?.formatId ?? "", options) ? 2 * sizeBytes : sizeBytes, doneBytes };
}

function isWrittenTwice(formatId: string, options: TaskOptions): boolean {
  return (
    formatId.includes("+") ||
    options.embedMetadata ||
    options.embedChapters ||
    options.thumbnail === "embedded" ||
    (options.subtitleLanguages.length > 0 && options.subtitlePlacement !== "file") ||
    options.sponsorblockRemove.length > 0 ||
    options.recode !== "never" ||
    options.audioOnly
  );
}
