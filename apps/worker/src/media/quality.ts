/** Facts that tell which of two downloads of one video is better. */
export type Quality = {
  /** Playable duration. */
  seconds: number;
  /** Shorter side of the picture; 0 if it has none. */
  pixels: number;
};

/** Durations of one video differ a little between formats. */
const sameDurationShare = 0.95;

/** Returns whether one download is better than the other: the whole video in a small picture beats a part in a large one. */
export function isBetter(one: Quality, other: Quality): boolean {
  const [shorter, longer] = [Math.min(one.seconds, other.seconds), Math.max(one.seconds, other.seconds)];
  return shorter < longer * sameDurationShare ? one.seconds > other.seconds : one.pixels > other.pixels;
}
