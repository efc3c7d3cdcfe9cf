import { oneLine } from "../ytdlp/plain-title.ts";

/** ext4 and most servers take 255; the sender puts " (12)" into it. */
const maxNameBytes = 200;
const maxIdBytes = 60;
const maxEndingBytes = 40;

/**
 * The name a person finds on the server: `{title} [{id}]{ending}`, in UTF-8 and NFC. Titles are hostile: separators,
 * controls, bidirectional overrides, leading dots and dashes, and more bytes than a name may have.
 *
 * @param ending with its dot: ".mp4", ".en.vtt".
 */
export function cleanFileName(video: { title: string; id: string }, ending: string): string {
  const tail = clipBytes(clean(ending), maxEndingBytes);
  const id = clipBytes(clean(video.id), maxIdBytes).trim();
  const mark = id === "" ? "" : ` [${id}]`;
  const room = maxNameBytes - byteLength(mark) - byteLength(tail);
  const title = clipBytes(clean(video.title).replace(/^[\s.\-~]+/u, ""), room).replace(/[\s.]+$/u, "");
  return `${title === "" ? "video" : title}${mark}${tail}`;
}

/** Look-alikes for what a file system or Windows refuses; what cannot be seen goes. */
function clean(text: string): string {
  return oneLine(text)
    .replaceAll("/", "⧸")
    .replaceAll("\\", "⧹")
    .replaceAll(":", "：")
    .replaceAll("*", "＊")
    .replaceAll("?", "？")
    .replaceAll('"', "＂")
    .replaceAll("<", "＜")
    .replaceAll(">", "＞")
    .replaceAll("|", "｜");
}

/** Whole graphemes only: half an emoji is no letter. */
function clipBytes(text: string, maxBytes: number): string {
  if (byteLength(text) <= maxBytes) return text;
  let clipped = "";
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += byteLength(segment);
    if (bytes > maxBytes) break;
    clipped += segment;
  }
  return clipped;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
