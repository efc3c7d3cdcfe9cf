/** What of two downloads of one video tells the better. */
export type Worth = {
  /** So much of it plays. */
  seconds: number;
  /** Of the shorter side of its picture; 0: it has none. */
  pixels: number;
};

/** Durations of one video differ a little from one format to the next. */
const sameShare = 0.95;

/** The whole in a small picture is worth more than a part in a large one. */
export function isWorthMore(one: Worth, other: Worth): boolean {
  const [shorter, longer] = [Math.min(one.seconds, other.seconds), Math.max(one.seconds, other.seconds)];
  return shorter < longer * sameShare ? one.seconds > other.seconds : one.pixels > other.pixels;
}
