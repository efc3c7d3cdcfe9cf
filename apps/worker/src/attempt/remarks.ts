import type { DownloadedFile, TaskOptions, Texts } from "@dwld/queue";
import type { DownloadStory } from "../ytdlp/run-state.ts";

/** What arrived: see checkArrival. */
type Arrived = { files: readonly DownloadedFile[]; missing: number; hasCover: boolean };

/** What is not quite as it was asked for, and no reason to try again: sentences for the person who asked. */
export function remarksOn(
  arrival: Arrived,
  options: TaskOptions,
  story: DownloadStory,
  wasInterrupted: boolean,
): Texts[] {
  return [
    ...missingSubtitles(story, options),
    ...missingThumbnail(arrival, options),
    ...(wasInterrupted ? [inParts] : []),
    ...(options.sections.length > 0 && arrival.missing > 0 ? [endsBefore] : []),
    ...(story.video?.soundOnly === true && !options.audioOnly ? [soundOnly] : []),
  ];
}

const inParts = {
  en: "The recording was interrupted, and comes in parts.",
  ru: "Запись прерывалась, поэтому состоит из нескольких частей.",
};
const endsBefore = {
  en: "The video ends before some of the parts begin.",
  ru: "Видео заканчивается раньше, чем начинаются некоторые из запрошенных отрывков.",
};
const soundOnly = { en: "The site has the sound alone.", ru: "На сайте есть только звук." };

function missingSubtitles({ video }: DownloadStory, { subtitleLanguages }: TaskOptions): Texts[] {
  if (subtitleLanguages.length === 0 || video === undefined || video.subtitles > 0) return [];
  const languages = subtitleLanguages.join(", ");
  return [
    { en: `The site has no subtitles in ${languages}.`, ru: `На сайте нет субтитров на этих языках: ${languages}.` },
  ];
}

/** yt-dlp takes a thumbnail that it cannot get for none. */
function missingThumbnail(
  { files, hasCover }: Pick<Arrived, "files" | "hasCover">,
  { thumbnail }: TaskOptions,
): Texts[] {
  const isThere = thumbnail === "embedded" ? hasCover : files.some(({ name }) => name.endsWith(".jpg"));
  return thumbnail === "none" || isThere ? [] : [{ en: "The site gave no thumbnail.", ru: "Сайт не отдал обложку." }];
}
