import type { Defect } from "./check-media.ts";

/** A picture cropped by some lines still has the same quality. */
const tolerance = 0.9;

/**
 * Returns the shorter side, pixels, that a request should bring by the rule of yt-dlp's `-S res:`: the largest not above
 * the cap, else the smallest above it; without a cap the largest.
 */
export function expectedPixels(offered: readonly number[], targetQuality: number): number | undefined {
  const ascending = offered.toSorted((a, b) => a - b);
  if (targetQuality === 0) return ascending.at(-1);
  return ascending.findLast((side) => side <= targetQuality) ?? ascending[0];
}

/** Returns the defect of a picture that is smaller than what the site offered; undefined if none, or nobody can tell. */
export function checkResolution(
  picture: { width?: number; height?: number; durationSeconds?: number },
  offered: readonly number[],
  targetQuality: number,
): Defect | undefined {
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
