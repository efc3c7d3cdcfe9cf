import type { Texts } from "@dwld/queue";
import type { MediaStreams } from "./probe-media.ts";

export type MediaWish = {
  audioOnly: boolean;
  /** How long it should be; undefined where nobody knows. */
  expectedSeconds?: number | undefined;
};

/** What arrived is not what was asked for. */
export type Flaw = {
  failureClass: "wrong_media" | "truncated";
  /** One sentence for the person who asked. */
  sentence: Texts;
  /** It plays, and it is delivered where nothing better comes. */
  usable: boolean;
  /** So much of it plays; 0 where nobody knows. */
  seconds: number;
};

/** Announced durations are rounded, and players count them in different ways. */
const toleranceSeconds = 2;
const toleranceShare = 0.05;
/** Sound may end before its picture, and the other way round: by less than this. */
const apartSeconds = 5;
const apartShare = 0.1;

/** What is wrong with what arrived, by what it says of itself; undefined where nothing is. */
export function judgeMedia(
  streams: Partial<MediaStreams> | undefined,
  sizeBytes: number,
  { audioOnly, expectedSeconds }: MediaWish,
): Flaw | undefined {
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
  // MP4 tells how long each is; a sound of which it tells nothing has nothing in it.
  const isEmpty = streams.hasAudio === true && /\bmov\b/.test(streams.container ?? "");
  const { soundSeconds = isEmpty ? 0 : durationSeconds } = streams;
  const seconds = audioOnly ? soundSeconds : pictureSeconds;
  if (expectedSeconds !== undefined && isShort(seconds, expectedSeconds)) {
    // What the site says of its length may be what is wrong.
    const sentence = {
      en: `It is ${clock(seconds)} long, although the site says ${clock(expectedSeconds)}.`,
      ru: `Длительность ${clock(seconds)}, хотя на сайте указано ${clock(expectedSeconds)}.`,
    };
    return { failureClass: "truncated", sentence, usable: true, seconds };
  }
  if (audioOnly) return undefined;
  const [shorter, longer] = [Math.min(pictureSeconds, soundSeconds), Math.max(pictureSeconds, soundSeconds)];
  if (longer - shorter <= Math.max(apartSeconds, longer * apartShare)) return undefined;
  const [part, partRu] = pictureSeconds < soundSeconds ? ["picture", "Изображение"] : ["sound", "Звук"];
  const sentence = {
    en: `Its ${part} ends after ${clock(shorter)} of ${clock(longer)}.`,
    ru: `${partRu} обрывается на ${clock(shorter)} из ${clock(longer)}.`,
  };
  return { failureClass: "truncated", sentence, usable: true, seconds: shorter };
}

/** What a look at both ends has found. */
export type Ends = {
  /** Something at its beginning can be decoded. */
  startPlays: boolean;
  /** Up to here its last part can be decoded, in seconds; undefined: nothing of it. */
  endSeconds: number | undefined;
  /** Up to here there are bytes for what the container lists; undefined where nobody looked. */
  listedSeconds?: number | undefined;
};

/** What stands in front of these tells where each picture lies, so that to find none there is to find them missing. */
const indexed = /\b(?:mov|matroska)\b/;

/**
 * What is wrong with a file whose figures are suspicious, by what its ends play.
 *
 * @param flaw what its figures say.
 */
export function judgeEnds(
  { durationSeconds = 0, container }: Pick<MediaStreams, "durationSeconds" | "container">,
  { startPlays, endSeconds, listedSeconds }: Ends,
  { expectedSeconds = durationSeconds }: Pick<MediaWish, "expectedSeconds">,
  flaw: Flaw | undefined,
): Flaw | undefined {
  if (!startPlays) return useless({ en: "Nothing of it can be played.", ru: "Файл не воспроизводится." });
  if (flaw !== undefined) return flaw;
  if (endSeconds !== undefined)
    return isShort(endSeconds, expectedSeconds) ? truncated(endSeconds, expectedSeconds) : undefined;
  if (listedSeconds !== undefined && isShort(listedSeconds, expectedSeconds))
    return truncated(listedSeconds, expectedSeconds);
  if (!indexed.test(container)) return undefined;
  return { failureClass: "truncated", sentence: brokenEnd, usable: true, seconds: 0 };
}

export function isShort(seconds: number, expectedSeconds: number): boolean {
  return expectedSeconds - seconds > Math.max(toleranceSeconds, expectedSeconds * toleranceShare);
}

const noPicture = { en: "It has no picture.", ru: "В видео нет изображения." };
const brokenEnd = { en: "Its end cannot be played.", ru: "Конец видео не воспроизводится." };

function useless(sentence: Texts): Flaw {
  return { failureClass: "wrong_media", sentence, usable: false, seconds: 0 };
}

function truncated(seconds: number, expectedSeconds: number): Flaw {
  const [there, whole] = [clock(seconds), clock(expectedSeconds)];
  const sentence = { en: `Only ${there} of ${whole} is there.`, ru: `Скачано только ${there} из ${whole}.` };
  return { failureClass: "truncated", sentence, usable: true, seconds };
}

/** As players show it: "1:02:03", "2:03". */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (part: number): string => String(part).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
