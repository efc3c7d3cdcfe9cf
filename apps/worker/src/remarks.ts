import type { DownloadedFile, TaskOptions } from "@dwld/queue";
import type { DownloadStory } from "./ytdlp/follow-download.ts";

/** What arrived: see checkArrival. */
type Arrived = { files: readonly DownloadedFile[]; missing: number; hasCover: boolean };

/** What is not quite as it was asked for, and no reason to try again: sentences for the person who asked. */
export function remarksOn(
  arrival: Arrived,
  options: TaskOptions,
  story: DownloadStory,
  wasInterrupted: boolean,
): string[] {
  return [
    ...missingSubtitles(story, options),
    ...missingThumbnail(arrival, options),
    ...(wasInterrupted ? ["The recording was interrupted, and comes in parts."] : []),
    ...(options.sections.length > 0 && arrival.missing > 0 ? ["The video ends before some of the parts begin."] : []),
    ...(story.video?.soundOnly === true && !options.audioOnly ? ["The site has the sound alone."] : []),
  ];
}

function missingSubtitles({ video }: DownloadStory, { subtitleLanguages }: TaskOptions): string[] {
  if (subtitleLanguages.length === 0 || video === undefined || video.subtitles > 0) return [];
  return [`The site has no subtitles in ${subtitleLanguages.join(", ")}.`];
}

/** yt-dlp takes a thumbnail that it cannot get for none. */
function missingThumbnail(
  { files, hasCover }: Pick<Arrived, "files" | "hasCover">,
  { thumbnail }: TaskOptions,
): string[] {
  const isThere = thumbnail === "embedded" ? hasCover : files.some(({ name }) => name.endsWith(".jpg"));
  return thumbnail === "none" || isThere ? [] : ["The site gave no thumbnail."];
}
