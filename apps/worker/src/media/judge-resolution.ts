import type { Flaw } from "./judge-media.ts";

/** Pixels of the shorter side; what is cropped by some lines is still the same quality. */
const tolerance = 0.9;

/**
 * What a request for a quality should bring, by the rule of yt-dlp's `-S res:`: the largest picture not above the cap,
 * else the smallest above it; the largest where there is no cap.
 */
export function expectedPixels(offered: readonly number[], targetQuality: number): number | undefined {
  const ascending = offered.toSorted((a, b) => a - b);
  if (targetQuality === 0) return ascending.at(-1);
  return ascending.findLast((side) => side <= targetQuality) ?? ascending[0];
}

/** Undefined where the picture is what the site offered for the request, or nobody can tell. */
export function judgeResolution(
  picture: { width?: number; height?: number; durationSeconds?: number },
  offered: readonly number[],
  targetQuality: number,
): Flaw | undefined {
  const expected = expectedPixels(offered, targetQuality);
  if (expected === undefined || picture.width === undefined || picture.height === undefined) return undefined;
  const gotPixels = Math.min(picture.width, picture.height);
  if (gotPixels >= expected * tolerance) return undefined;
  const sentence = {
    en: `It came in ${gotPixels}p, although the site offers ${expected}p.`,
    ru: `Пришло в качестве ${gotPixels}p, хотя на сайте есть ${expected}p.`,
  };
  return { failureClass: "wrong_media", sentence, usable: true, seconds: picture.durationSeconds ?? 0 };
}
