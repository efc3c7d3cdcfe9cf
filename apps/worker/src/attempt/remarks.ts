import type { TaskOptions } from "@dwld/options";
import type { Texts } from "@dwld/queue";
import type { RunState } from "../ytdlp/run-state.ts";
import type { Verification } from "./verify-files.ts";

type Verified = Pick<Extract<Verification, { fits: true }>, "files" | "missing" | "hasCover">;

/** Returns sentences for the person who asked: how the result differs from the request, without a reason to try again. */
export function remarksOn(verified: Verified, options: TaskOptions, state: RunState, wasInterrupted: boolean): Texts[] {
  return [
    ...missingSubtitles(state, options),
    ...missingThumbnail(verified, options),
    ...(wasInterrupted ? [inParts] : []),
    ...(options.sections.length > 0 && verified.missing > 0 ? [endsBefore] : []),
    ...(state.video?.soundOnly === true && !options.audioOnly ? [soundOnly] : []),
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

function missingSubtitles({ video }: RunState, { subtitleLanguages }: TaskOptions): Texts[] {
  if (subtitleLanguages.length === 0 || video === undefined || video.subtitles > 0) return [];
  const languages = subtitleLanguages.join(", ");
  return [
    { en: `The site has no subtitles in ${languages}.`, ru: `На сайте нет субтитров на этих языках: ${languages}.` },
  ];
}

/** yt-dlp does not report a thumbnail that it failed to get. */
function missingThumbnail({ files, hasCover }: Verified, { thumbnail }: TaskOptions): Texts[] {
  const isThere = thumbnail === "embedded" ? hasCover : files.some(({ name }) => name.endsWith(".jpg"));
  return thumbnail === "none" || isThere ? [] : [{ en: "The site gave no thumbnail.", ru: "Сайт не отдал обложку." }];
}
