import { posix } from "node:path";
import type { FileRow } from "@dwld/queue";

/** What yt-dlp writes beside a video: subtitles, thumbnails, descriptions. */
const beside: ReadonlySet<string> = new Set([
  ...[".vtt", ".srt", ".ass", ".ssa", ".lrc", ".ttml", ".srv1", ".srv2", ".srv3", ".json3"],
  ...[".jpg", ".jpeg", ".png", ".webp", ".json", ".description", ".txt", ".xml"],
]);

/** The video last, and of several the largest: when it is there, all is there. */
export function deliveryOrder(files: readonly FileRow[]): FileRow[] {
  const isBeside = ({ name }: FileRow) => beside.has(posix.extname(name).toLowerCase());
  return files.toSorted((a, b) => Number(isBeside(b)) - Number(isBeside(a)) || a.size_bytes - b.size_bytes);
}
