import { posix } from "node:path";
import type { FileRow } from "@dwld/queue";

/** The extensions of files that yt-dlp writes beside a video: subtitles, thumbnails, descriptions. */
const beside: ReadonlySet<string> = new Set([
  ...[".vtt", ".srt", ".ass", ".ssa", ".lrc", ".ttml", ".srv1", ".srv2", ".srv3", ".json3"],
  ...[".jpg", ".jpeg", ".png", ".webp", ".json", ".description", ".txt", ".xml"],
]);

/** Sorts the video last, and of several the largest: a person who sees it knows that all is there. */
export function deliveryOrder(files: readonly FileRow[]): FileRow[] {
  const isBeside = ({ name }: FileRow) => beside.has(posix.extname(name).toLowerCase());
  return files.toSorted((a, b) => Number(isBeside(b)) - Number(isBeside(a)) || a.size_bytes - b.size_bytes);
}
