import type { Texts } from "@dwld/queue";
import type { MediaStreams } from "./probe-media.ts";

export type ExpectedMedia = {
  audioOnly: boolean;
  /** Expected duration; undefined if unknown. */
  expectedSeconds?: number | undefined;
};

/** How a file differs from the request. */
export type Defect = {
  failureClass: "wrong_media" | "truncated";
  /** One sentence for the person who asked. */
  sentence: Texts;
  /** Whether the file plays: it is delivered if nothing better comes. */
  usable: boolean;
  /** Playable duration; 0 if unknown. */
  seconds: number;
};

/** Announced durations are rounded, and players count them in different ways. */
const toleranceSeconds = 2;
const toleranceShare = 0.05;
/** Sound and picture of one video may differ by less than this. */
const apartSeconds = 5;
const apartShare = 0.1;

/** Returns the defect of a file by what its streams say; undefined if there is none. */
export function checkMedia(
  streams: Partial<MediaStreams> | undefined,
  sizeBytes: number,
  { audioOnly, expectedSeconds }: ExpectedMedia,
): Defect | undefined {
  if (sizeBytes === 0) return useless({ en: "The file is empty.", ru: "Файл пуст." });
  if (streams === undefined)
    return useless({ en: "The file holds no video and no sound.", ru: "В файле нет ни видео, ни звука." });
  if (audioOnly && streams.hasAudio !== true)
    return useless({ en: "The file has no sound.", ru: "В файле нет звука." });
  const { durationSeconds } = streams;
  if (durationSeconds === undefined)
    return useless({ en: "The file has no duration.", ru: "Длительность файла не определяется." });
  if (!audioOnly && streams.hasVideo !== true)
    return { failureClass: "wrong_media", sentence: noPicture, usable: true, seconds: durationSeconds };
  const { pictureSeconds = durationSeconds } = streams;
  // MP4 tells the duration of each stream: sound without a duration is empty.
  const isSoundEmpty = streams.hasAudio === true && /\bmov\b/.test(streams.container ?? "");
  const { soundSeconds = isSoundEmpty ? 0 : durationSeconds } = streams;
  const seconds = audioOnly ? soundSeconds : pictureSeconds;
  if (expectedSeconds !== undefined && isShort(seconds, expectedSeconds)) {
    // The sentence blames nobody: the site's own figure may be wrong.
    const sentence = {
      en: `It is ${clock(seconds)} long, although the site says ${clock(expectedSeconds)}.`,
      ru: `Длительность ${clock(seconds)}, хотя на сайте указано ${clock(expectedSeconds)}.`,
    };
    return { failureClass: "truncated", sentence, usable: true, seconds };
  }
  return audioOnly ? undefined : checkBothStreams(pictureSeconds, soundSeconds);
}

/** Finds a picture that ends long before its sound, or the other way round. */
function checkBothStreams(pictureSeconds: number, soundSeconds: number): Defect | undefined {
  const [shorter, longer] = [Math.min(pictureSeconds, soundSeconds), Math.max(pictureSeconds, soundSeconds)];
  if (longer - shorter <= Math.max(apartSeconds, longer * apartShare)) return undefined;
  const [part, partRu] = pictureSeconds < soundSeconds ? ["picture", "Изображение"] : ["sound", "Звук"];
  const sentence = {
    en: `Its ${part} ends after ${clock(shorter)} of ${clock(longer)}.`,
    ru: `${partRu} обрывается на ${clock(shorter)} из ${clock(longer)}.`,
  };
  return { failureClass: "truncated", sentence, usable: true, seconds: shorter };
}

/** Result of decoding both ends of a file. */
export type Ends = {
  /** Something at the beginning can be decoded. */
  startPlays: boolean;
  /** The last second that can be decoded; undefined if the last part plays nothing. */
  endSeconds: number | undefined;
  /** The last second for which the container lists bytes; undefined if that was not probed. */
  listedSeconds?: number | undefined;
};

/** Containers whose header tells where each picture lies: if none is found there, it is missing. */
const indexed = /\b(?:mov|matroska)\b/;

/**
 * Returns the defect of a file whose figures contradict each other, by what its ends play.
 *
 * @param known the defect that its figures tell.
 */
export function checkEnds(
  { durationSeconds = 0, container }: Pick<MediaStreams, "durationSeconds" | "container">,
  { startPlays, endSeconds, listedSeconds }: Ends,
  { expectedSeconds = durationSeconds }: Pick<ExpectedMedia, "expectedSeconds">,
  known: Defect | undefined,
): Defect | undefined {
  if (!startPlays) return useless({ en: "Nothing of it can be played.", ru: "Файл не воспроизводится." });
  if (known !== undefined) return known;
  if (endSeconds !== undefined)
    return isShort(endSeconds, expectedSeconds) ? truncated(endSeconds, expectedSeconds) : undefined;
  if (listedSeconds !== undefined && isShort(listedSeconds, expectedSeconds))
    return truncated(listedSeconds, expectedSeconds);
  if (!indexed.test(container)) return undefined;
  return { failureClass: "truncated", sentence: brokenEnd, usable: true, seconds: 0 };
}

/** Returns whether a duration is shorter than expected by more than the tolerance. */
export function isShort(seconds: number, expectedSeconds: number): boolean {
  return expectedSeconds - seconds > Math.max(toleranceSeconds, expectedSeconds * toleranceShare);
}

const noPicture = { en: "It has no picture.", ru: "В видео нет изображения." };
const brokenEnd = { en: "Its end cannot be played.", ru: "Конец видео не воспроизводится." };

function useless(sentence: Texts): Defect {
  return { failureClass: "wrong_media", sentence, usable: false, seconds: 0 };
}

function truncated(seconds: number, expectedSeconds: number): Defect {
  const [present, whole] = [clock(seconds), clock(expectedSeconds)];
  const sentence = { en: `Only ${present} of ${whole} is there.`, ru: `Скачано только ${present} из ${whole}.` };
  return { failureClass: "truncated", sentence, usable: true, seconds };
}

/** Formats seconds as players do: "1:02:03", "2:03". */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (part: number): string => String(part).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
